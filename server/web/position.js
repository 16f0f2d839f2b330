// Where in a SPARQL query a place is: what may stand there decides what is offered.

const TOKEN =
  /#[^\n]*|<[^<>"{}|^`\\\s]*>|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[?$][\p{L}\p{N}_]+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^|_:[\p{L}\p{N}_.-]*|[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*:[\p{L}\p{N}_.:%-]*[\p{L}\p{N}_:%-]|[\p{L}\p{N}_.-]*:|[\p{L}_][\p{L}\p{N}_]*|[+-]?[0-9][0-9.eE]*|&&|\|\||[!<>]=|[^\s]/gu;

/** Words after which a group, an expression or another clause begins, so no term of a triple. */
const CLAUSES = new Set(
  ("select construct describe ask where from named optional union minus filter bind as values group by having order " +
    "asc desc limit offset graph service silent base prefix distinct reduced exists not in insert delete data with using").split(" "),
);

/** Split a query into its tokens, comments left out: [{ text, start, end }]. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].startsWith("#")) continue;
    found.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The prefixes a query declares: Map of name (without colon) to namespace. */
export function declared(text) {
  const prefixes = new Map();
  const all = tokens(text);
  all.forEach((token, at) => {
    const [name, iri] = [all[at + 1]?.text, all[at + 2]?.text];
    if (/^prefix$/i.test(token.text) && name?.endsWith(":") && iri?.startsWith("<")) {
      prefixes.set(name.slice(0, -1), iri.slice(1, -1));
    }
  });
  return prefixes;
}

/** The variables of a query, with their mark, each once. */
export function variables(text) {
  return [...new Set(tokens(text).map((token) => token.text).filter((one) => /^[?$]./.test(one)))];
}

/**
 * Tell what may stand after a text: "prefix", "outside", "expression", "subject", "predicate",
 * "type" (the object of `a`) or "object".
 */
export function placeAfter(text) {
  // Of each open bracket: which kind, and how many terms of a triple stand before this place.
  const open = [{ kind: "outside", terms: 0, predicate: "" }];
  let last = "";
  for (const { text: token } of tokens(text)) {
    step(open, token, last);
    last = token;
  }
  const top = open[open.length - 1];
  if (/^prefix$/i.test(last)) return "prefix";
  if (top.kind === "(") return "expression";
  if (top.kind === "outside") return "outside";
  if (top.terms === 0) return "subject";
  if (top.terms === 1) return "predicate";
  return isType(top.predicate) ? "type" : "object";
}

function isType(predicate) {
  return predicate === "a" || predicate === "rdf:type" || predicate.endsWith("rdf-syntax-ns#type>");
}

function step(open, token, last) {
  const top = open[open.length - 1];
  if (token === "{") open.push({ kind: "{", terms: 0, predicate: "" });
  else if (token === "[") open.push({ kind: "[", terms: 1, predicate: "" });
  else if (token === "(") open.push({ kind: inPath(top) ? "path" : "(", terms: 1, predicate: "" });
  else if ("}])".includes(token)) close(open, token);
  else if (token === ".") top.terms = 0;
  else if (token === ";") top.terms = 1;
  else if (token === ",") top.terms = 2;
  else if (token === "/" || token === "|") top.terms = 1;
  else if (CLAUSES.has(token.toLowerCase())) top.terms = 0;
  else if (isTerm(token, last)) count(top, token);
}

function inPath(top) {
  return (top.kind === "{" || top.kind === "[" || top.kind === "path") && top.terms === 1;
}

function close(open, token) {
  if (open.length > 1) open.pop();
  const top = open[open.length - 1];
  // What stood in square brackets, or in round ones of a path, was a term; a group ends a triple.
  top.terms = token === "}" ? 0 : Math.min(3, top.terms + 1);
}

function isTerm(token, last) {
  return !/^(?:\^|\^\^|@.*|[*+!])$/u.test(token) && last !== "^^" && !(token === "?");
}

function count(top, token) {
  top.terms += 1;
  if (top.terms === 2) top.predicate = token;
}
