// What JavaScript adds to the query page: the editor, sorting, copying. The page is whole without.

const form = document.getElementById("ask");
const field = document.getElementById("query");

if (form?.dataset.editor) {
  import(form.dataset.editor)
    .then(({ mount }) => {
      const { endpoint, names, prefixes } = form.dataset;
      mount(field, { endpoint, names, prefixes: JSON.parse(prefixes) });
      document.getElementById("editor-help").hidden = false;
    })
    // Without the editor the plain field serves; the console says why.
    .catch((error) => console.warn("The editor did not load:", error));
}

for (const table of document.querySelectorAll("table[data-sortable]")) makeSortable(table);
for (const block of document.querySelectorAll("[data-copy]")) offerCopy(block);

/** Make the headings of a table buttons that sort its rows, ascending at first. */
function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => {
      const descending = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(table.tBodies[0], column, descending ? -1 : 1);
    });
    heading.replaceChildren(button);
  });
}

/** Sort rows by a column: numbers by value, all else as text; what is empty comes last. */
function sort(body, column, direction) {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
  keyed.sort((a, b) => {
    if (!a.key || !b.key) return (b.key ? 1 : 0) - (a.key ? 1 : 0);
    const numbers = [Number(a.key), Number(b.key)];
    const order = numbers.some(Number.isNaN) ? collator.compare(a.key, b.key) : numbers[0] - numbers[1];
    return direction * order;
  });
  body.append(...keyed.map(({ row }) => row));
}

function keyOf(cell) {
  return (cell.firstElementChild ?? cell).textContent.trim();
}

function offerCopy(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-describedby", block.getAttribute("aria-labelledby"));
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  block.after(button);
}
