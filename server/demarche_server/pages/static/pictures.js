// What JavaScript adds to pictures: years by sliders, a change shown at once, PNG files.

const WAIT = 250; // milliseconds after the last change before a picture is asked for
const SCALE = 2; // pixels of a PNG for each unit of the drawing

for (const years of document.querySelectorAll(".years[data-first]")) addSliders(years);
for (const form of document.querySelectorAll("form[data-swap]")) swapAtOnce(form);
offerPng(document);

/** Put a slider beside each field of a year; both say the same. */
function addSliders(years) {
  const { first, last } = years.dataset;
  if (first === last) return;
  const fields = [...years.querySelectorAll("input[type=number]")];
  const sliders = fields.map((field, at) => {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: first, max: last, step: 1 });
    slider.setAttribute("aria-label", at ? "Last year" : "First year");
    slider.value = field.value || (at ? last : first);
    field.after(slider);
    return slider;
  });
  sliders.forEach((slider, at) => {
    slider.addEventListener("input", () => {
      // The years do not pass each other.
      const other = Number(sliders[1 - at].value);
      const year = at ? Math.max(Number(slider.value), other) : Math.min(Number(slider.value), other);
      slider.value = String(year);
      fields[at].value = slider.value === (at ? last : first) ? "" : slider.value;
      fields[at].dispatchEvent(new Event("input", { bubbles: true }));
    });
    fields[at].addEventListener("change", () => (slider.value = fields[at].value || (at ? last : first)));
  });
}

/** Show what was chosen without leaving the page. */
function swapAtOnce(form) {
  let timer, running;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  };
  const show = async () => {
    if (!form.checkValidity()) return;
    // The first of each list is what a picture shows by itself.
    const said = [...form.elements].filter((one) => one.name && one.value && one.selectedIndex !== 0);
    const pairs = new URLSearchParams(said.map((one) => [one.name, one.value]));
    const address = said.length ? `${form.action}?${pairs}` : form.action;
    const part = document.getElementById(form.dataset.swap);
    running?.abort();
    running = new AbortController();
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" }, signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.dataset.swap);
      // A problem has no picture: its page says what is wrong.
      if (!answer.ok || !fresh) return location.assign(address);
      part.replaceChildren(...fresh.childNodes);
      offerPng(part);
      history.replaceState(null, "", address);
      part.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };
  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show();
  });
}

/** Beside each picture's file as SVG, offer it as PNG, drawn by the browser. */
function offerPng(within) {
  for (const files of within.querySelectorAll("[data-picture]")) {
    const svg = files.querySelector("a[download]");
    if (!svg) continue;
    const link = document.createElement("a");
    link.href = svg.href;
    link.textContent = "PNG";
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      save(await drawn(svg.href));
    });
    svg.after(" ", link);
  }
}

async function drawn(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  const url = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return { blob, name: `${name ?? "picture"}.png` };
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save({ blob, name }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
