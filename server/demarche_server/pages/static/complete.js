// Makes the search field a combobox with a list of names (WAI-ARIA 1.2, combobox with a list popup).
// Without it the form works as it is. Focus stays in the field; arrows move through the list.

const WAIT = 120; // milliseconds without a key before names are asked for

class Combobox {
  constructor(input) {
    this.input = input;
    this.kind = input.form.elements.namedItem("kind");
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-choices`;
    this.list.className = "choices";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names");
    this.status = document.createElement("p");
    this.status.className = "unseen";
    this.status.setAttribute("role", "status");
    input.after(this.list);
    input.form.append(this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      input.setAttribute(name, value);
    }
    this.results = [];
    this.at = -1;
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Before the field loses focus, which would close the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(Number(option.dataset.at));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    this.asking = new AbortController();
    const parameters = new URLSearchParams({ q: this.input.value });
    if (this.kind?.value) parameters.set("kind", this.kind.value);
    try {
      const answer = await fetch(`${this.input.dataset.complete}?${parameters}`, {
        signal: this.asking.signal,
        headers: { accept: "application/json" },
      });
      if (answer.ok) this.show((await answer.json()).results);
      else this.close();
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(results) {
    if (document.activeElement !== this.input) return;
    this.results = results.filter((one) => one.path);
    this.list.replaceChildren(...this.results.map((one, at) => this.option(one, at)));
    this.select(-1);
    const open = this.results.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    const count = this.results.length;
    this.status.textContent = open ? `${count} ${count === 1 ? "name" : "names"}` : "No names";
  }

  option(one, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.dataset.at = String(at);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    name.textContent = one.label;
    const of = document.createElement("span");
    of.className = "of";
    const called = one.role === "attributed name" ? `called “${one.text}” by a source` : one.text;
    const other = one.text === one.label ? [] : [called];
    of.textContent = [one.kind?.label, ...other].filter(Boolean).join(" · ");
    option.append(name, of);
    return option;
  }

  key(event) {
    const last = this.results.length - 1;
    if (event.isComposing) return;
    if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (event.key === "ArrowDown" && this.list.hidden) this.later();
    else if (this.list.hidden) return;
    else if (event.key === "ArrowDown") this.select(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.select(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Enter" && this.at >= 0) this.go(this.at);
    else return;
    event.preventDefault();
  }

  select(at) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const option = this.list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  go(at) {
    window.location.assign(this.results[at].path);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.select(-1);
  }
}

for (const input of document.querySelectorAll("[data-complete]")) new Combobox(input);
