// A passage and its claims light up together when either is pointed at or has the focus.
const notes = new Map();
for (const note of document.querySelectorAll(".margin > li[id]")) notes.set(note.id.slice(1), note);
const marks = [...document.querySelectorAll("mark[data-passages]")];
const of = new Map(marks.map((mark) => [mark, mark.dataset.passages.split(" ")]));

function show(numbers) {
  const wanted = new Set(numbers);
  for (const [number, note] of notes) note.classList.toggle("now", wanted.has(number));
  for (const [mark, within] of of) mark.classList.toggle("now", within.some((one) => wanted.has(one)));
}

function pointed(event) {
  const mark = event.target.closest("mark[data-passages]");
  // Of passages that overlap, the one that begins last is the narrowest as a rule.
  if (mark) return show(of.get(mark).slice(-1));
  const note = event.target.closest(".margin > li[id]");
  if (note) return show([note.id.slice(1)]);
  const reference = event.target.closest(".ref");
  show(reference ? [reference.id.slice(1)] : []);
}

for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, pointed);
