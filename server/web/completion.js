// What the editor offers: variables, keywords, prefixes, and the classes and properties that the
// data set's description counts. A prefix that is not declared yet is declared on the way.
import { declared, placeAfter, variables } from "./position.js";

const KEYWORDS =
  "SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES SERVICE PREFIX BASE ORDER GROUP HAVING LIMIT OFFSET EXISTS NOT AS BY ASC DESC".split(" ");
const FUNCTIONS =
  "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY COALESCE IF STRLANG STRDT sameTerm isIRI isBLANK isLITERAL isNUMERIC REGEX SUBSTR REPLACE".split(" ");

const TERMS = `PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?kind (MAX(?n) AS ?count) (SAMPLE(?l) AS ?label) (SAMPLE(?d) AS ?definition) WHERE {
  { ?part void:class ?term ; void:entities ?n BIND("class" AS ?kind) }
  UNION { ?part void:property ?term ; void:triples ?n BIND("property" AS ?kind) }
  OPTIONAL { ?term rdfs:label ?l FILTER LANGMATCHES(LANG(?l), "en") }
  OPTIONAL { ?term skos:definition ?d FILTER LANGMATCHES(LANG(?d), "en") }
}
GROUP BY ?term ?kind ORDER BY DESC(?count) LIMIT 5000`;

const WORD = /(?:[?$][\p{L}\p{N}_]*|[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}\p{N}_.-]*)?)$/u;
const PLACES = { predicate: ["property"], type: ["class"], subject: [], object: ["class", "property"] };

/** Return a source of completions for CodeMirror; terms are asked for when first needed. */
export function terms({ prefixes, endpoint }) {
  let known;
  const all = () => (known ??= askTerms(endpoint).catch(() => []));
  return async (context) => {
    const { text, word, from, place } = written(context);
    if (!word && !(context.explicit || (context.state.sliceDoc(from - 1, from) === " " && place === "type"))) return null;
    const options = await offers({ text, word, place, prefixes, terms: all });
    if (context.aborted || !options.length) return null;
    return { from, options, validFor: /^[?$\p{L}\p{N}_.:-]*$/u };
  };
}

/** Return a source of things of the graph: the server finds them by their names, in any spelling. */
export function things({ prefixes, names }) {
  return async (context) => {
    const { word, from, place } = written(context);
    const name = word.replace(/^[^:]*:/, "");
    if (!["subject", "object"].includes(place) || name.length < 2 || /^[?$]/.test(word)) return null;
    const options = await askNames(names, name, prefixes);
    // What was found under another spelling must not be filtered by what was typed.
    return context.aborted || !options.length ? null : { from, options, filter: false };
  };
}

function written(context) {
  const text = context.state.doc.toString();
  const word = context.matchBefore(WORD)?.text ?? "";
  const from = context.pos - word.length;
  return { text, word, from, place: placeAfter(text.slice(0, from)) };
}

async function offers({ text, word, place, prefixes, terms }) {
  const vars = variables(text).filter((one) => one !== word).map((label) => ({ label, type: "variable" }));
  if (/^[?$]/.test(word)) return vars;
  if (place === "prefix") return declarations(prefixes, declared(text));
  if (place === "outside") return words(KEYWORDS, "keyword");
  if (place === "expression") return [...vars, ...words(FUNCTIONS, "function"), ...words(["AS", "DISTINCT"], "keyword")];
  const kinds = PLACES[place];
  const found = (await terms()).filter((term) => kinds.includes(term.kind)).map((term) => option(term, prefixes));
  const plain = place === "subject" ? words(KEYWORDS, "keyword") : [];
  const a = place === "predicate" ? [{ label: "a", detail: "is of the class", boost: 50 }] : [];
  return [...a, ...found.filter(Boolean), ...vars, ...plain, ...namespaces(prefixes)];
}

function words(list, type) {
  return list.map((label) => ({ label, type, boost: -10 }));
}

function namespaces(prefixes) {
  return Object.entries(prefixes).map(([name, namespace]) => ({
    label: `${name}:`, detail: namespace, type: "namespace", boost: -20, apply: applying(`${name}:`, name, namespace),
  }));
}

function declarations(prefixes, already) {
  return Object.entries(prefixes)
    .filter(([name]) => !already.has(name))
    .map(([name, namespace]) => ({ label: `${name}: <${namespace}>`, type: "namespace" }));
}

/** Return a term as CodeMirror offers it; null where no prefix of the project shortens it. */
function option(term, prefixes) {
  const short = shorten(term.iri, prefixes);
  if (!short) return { label: `<${term.iri}>`, detail: counted(term), type: term.kind, boost: -5 };
  const info = term.definition || undefined;
  return { label: short.text, detail: counted(term), type: term.kind, info, apply: applying(short.text, short.name, short.namespace) };
}

function counted({ count, label }) {
  return [label, Number(count).toLocaleString("en-GB")].filter(Boolean).join(" · ");
}

function shorten(iri, prefixes) {
  let best = null;
  for (const [name, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (!iri.startsWith(namespace) || !/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(local)) continue;
    if (!best || namespace.length > best.namespace.length) best = { name, namespace, text: `${name}:${local}` };
  }
  return best;
}

/** Insert a name, and above everything the declaration of its prefix if there is none. */
function applying(text, name, namespace) {
  return (view, completion, from, to) => {
    const missing = !declared(view.state.doc.toString()).has(name);
    const line = missing ? `PREFIX ${name}: <${namespace}>\n` : "";
    view.dispatch({
      changes: [{ from: 0, insert: line }, { from, to, insert: text }],
      selection: { anchor: from + line.length + text.length },
      userEvent: "input.complete",
    });
  };
}

/** An address with a parameter; it may have one already, which says what is to answer. */
function asking(address, name, value) {
  return `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}

async function askTerms(endpoint) {
  const rows = await ask(asking(endpoint, "query", TERMS), "application/sparql-results+json");
  return rows.results.bindings
    .filter((row) => row.term?.type === "uri")
    .map((row) => ({
      iri: row.term.value, kind: row.kind.value, count: row.count?.value ?? 0,
      label: row.label?.value ?? "", definition: row.definition?.value ?? "",
    }));
}

async function askNames(names, name, prefixes) {
  try {
    const found = await ask(asking(names, "q", name), "application/json");
    return found.results.map((one) => thing(one, prefixes)).filter(Boolean);
  } catch {
    return [];
  }
}

function thing(one, prefixes) {
  const short = shorten(one.iri, prefixes);
  if (!short) return null;
  return { label: short.text, detail: one.label, type: "thing", boost: 20, apply: applying(short.text, short.name, short.namespace) };
}

async function ask(address, accept) {
  const answer = await fetch(address, { headers: { accept } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
