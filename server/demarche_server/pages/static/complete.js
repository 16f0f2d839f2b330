// Makes the search field a combobox with a list of names, after the pattern "editable combobox with
// list autocomplete" of the ARIA Authoring Practices (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
// Without it the form works as it is. Focus stays in the field; arrows move through the list, Enter
// goes to the name that is marked, Escape closes the list, Alt with an arrow opens or closes it.

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
    this.first = -1; // what is marked once the list is there: 0 the first, -1 none, -2 the last
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // A page that is gone back to is as it was left.
    window.addEventListener("pageshow", () => this.close());
    // Before the field loses focus, which would close the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(Number(option.dataset.at));
    });
  }

  later() {
    this.stop();
    this.select(-1);
    this.first = -1;
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  // Open the list at once. first: see the constructor.
  open(first) {
    this.stop();
    this.first = first;
    if (this.input.value.trim()) this.ask();
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  async ask() {
    this.asking = new AbortController();
    const parameters = new URLSearchParams({ q: this.input.value });
    if (this.kind?.value) parameters.set("kind", this.kind.value);
    try {
      const address = this.input.dataset.complete;
      const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}${parameters}`, {
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
    const count = this.results.length;
    const open = count > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.select(open && this.first < -1 ? count - 1 : open ? this.first : -1);
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
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (this.list.hidden ? this.keyWhenClosed(event) : this.keyWhenOpen(event)) {
      event.preventDefault();
    }
  }

  // Both return whether the key is used up.
  keyWhenClosed(event) {
    if (event.key === "Escape") this.stop();
    if (event.key === "ArrowDown") this.open(event.altKey ? -1 : 0);
    else if (event.key === "ArrowUp" && !event.altKey) this.open(-2);
    else return false;
    return true;
  }

  keyWhenOpen(event) {
    const last = this.results.length - 1;
    if (event.key === "Escape" || (event.key === "ArrowUp" && event.altKey)) this.close();
    else if (event.key === "ArrowDown" && event.altKey) return true;
    else if (event.key === "ArrowDown") this.select(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.select(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Enter" && this.at >= 0) this.go(this.at);
    else {
      // These move within what is typed, which leaves the list.
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) this.select(-1);
      return false;
    }
    return true;
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
    this.stop();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.select(-1);
  }
}

for (const input of document.querySelectorAll("[data-complete]")) new Combobox(input);
