// The editor of the query page: CodeMirror over the form's own text field, with completion from the
// data set's description. It stands in a shadow root, where its styles need no exception from the
// Content-Security-Policy. It asks only this server.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { terms, things } from "./completion.js";

const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace';

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--soft)", borderRadius: "8px", fontSize: "0.9rem", maxHeight: "70vh" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: MONO, lineHeight: "1.5", minHeight: "10rem", borderRadius: "8px" },
  ".cm-content": { padding: "0.7rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "0", paddingLeft: "0.3rem" },
  ".cm-activeLine": { backgroundColor: "var(--code-thin)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--code)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", color: "inherit" },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--warn)", backgroundColor: "transparent" },
  ".cm-specialChar": { color: "var(--warn)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxWidth: "min(44rem, 92vw)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)", marginLeft: "1rem" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "0.4rem 0.7rem", maxWidth: "22rem" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--paper)", border: "1px solid var(--soft)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--code)", border: "1px solid var(--soft)", color: "var(--ink)" },
  ".cm-searchMatch": { backgroundColor: "var(--selection)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.number, tags.bool, tags.literal], color: "var(--code-literal)" },
  { tag: [tags.atom, tags.link, tags.url, tags.namespace, tags.tagName, tags.propertyName], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

/**
 * Put an editor in the place of a form's text field, which goes on holding the text.
 *
 * prefixes: namespaces by prefix, for completion. endpoint: the address that is asked for terms.
 * names: the address that completes names of things.
 */
export function mount(field, { prefixes, endpoint, names }) {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  field.before(host);
  const submit = () => (field.form.requestSubmit(), true);
  const view = new EditorView({ state: state(field, submit, [terms({ prefixes, endpoint }), things({ prefixes, names })]), root, parent: root });
  if (document.activeElement === field) {
    // Who has begun to write goes on where they were.
    view.dispatch({ selection: { anchor: field.selectionStart, head: field.selectionEnd } });
    view.focus();
  }
  field.hidden = true;
  for (const label of field.labels) label.addEventListener("click", () => view.focus());
  showFault(view, field);
  return view;
}

function state(field, submit, sources) {
  return EditorState.create({
    doc: field.value,
    extensions: [
      // Tab leaves the editor, as it leaves every field; it only accepts what is being offered.
      Prec.highest(keymap.of([
        { key: "Mod-Enter", run: submit },
        { key: "Tab", run: acceptCompletion },
        { key: "Mod-]", run: indentMore },
        { key: "Mod-[", run: indentLess },
      ])),
      lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      highlightActiveLine(), highlightSelectionMatches(), highlightSpecialChars(), search(), tooltips({ position: "absolute" }),
      StreamLanguage.define(sparql),
      syntaxHighlighting(colours),
      autocompletion({ override: sources, icons: false, activateOnTyping: true }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
      EditorView.lineWrapping,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) field.value = update.state.doc.toString();
      }),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "SPARQL query", "aria-describedby": "editor-help", spellcheck: "false" }),
      theme,
    ],
  });
}

/** Mark the place that the server found at fault: `data-line` and `data-column` of the field, from 1. */
function showFault(view, field) {
  const line = Number(field.dataset.line);
  if (!line || line > view.state.doc.lines) return;
  const { from, to } = view.state.doc.line(line);
  const start = Math.min(from + Math.max(0, Number(field.dataset.column) - 1), to);
  const message = field.dataset.fault;
  const end = start < to ? to : start;
  view.dispatch(setDiagnostics(view.state, [{ from: start, to: end, severity: "error", message }]));
}
