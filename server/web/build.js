// Bundles what the pages need beyond their own modules: the editor of the query page.
import { build } from "esbuild";

await build({
  entryPoints: { editor: "editor.js" },
  outdir: "../demarche_server/pages/static/built",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  // One file holds the licences of all that went into it (MIT asks for that).
  legalComments: "inline",
  banner: { js: "/* Demarche, Apache-2.0. Contains CodeMirror and Lezer, (c) Marijn Haverbeke and others, MIT. */" },
  logLevel: "warning",
});
