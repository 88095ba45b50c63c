/* Naming persons while typing, by the WAI-ARIA pattern of a combobox with a list: components/people_box.html and
   person_box.html. The server says who is meant, within the reader's reach; a choice among a known few is looked through
   here. Without this file names are typed and found by a button, and selects are selects. */

const PAUSE = 250;
const LONGEST = 80;
const FEW = 7;
const SHOWN = 50;
let count = 0;

const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/* what is being typed: of several names, separated as one writes them, the last */
const lastOf = (text) => text.split(/[\s,，、;；]+/).at(-1);

class Box {
  constructor(root, input) {
    Object.assign(this, { root, input, asked: 0, found: [], at: -1, wish: false });
    this.says = root.querySelector("[role=status]");
    this.list = make("ul", { class: "q-people-list", role: "listbox", id: `people-list-${++count}`, "aria-label": root.querySelector(".q-label").firstChild.textContent.trim() });
    this.list.hidden = true;
    input.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" })) input.setAttribute(name, value);
    input.addEventListener("input", (event) => event.isComposing || this.typed());
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("keydown", (event) => event.isComposing || event.keyCode === 229 || this.pressed(event));
    input.addEventListener("blur", () => this.left());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.found[[...this.list.children].indexOf(option)]);
    });
  }

  get text() {
    return this.root.dataset;
  }

  get word() {
    return this.input.value.trim().slice(0, LONGEST);
  }

  say(sentence) {
    this.says.textContent = sentence;
  }

  typed() {
    clearTimeout(this.pause);
    const number = ++this.asked; // whatever is still on its way is out of date from now on
    this.judge();
    if (!this.word) {
      this.wish = false;
      return this.close();
    }
    this.pause = setTimeout(() => this.look(number), PAUSE);
    this.waiting = true;
  }

  async look(number) {
    let answer;
    try {
      answer = await this.ask(this.word);
    } catch {
      answer = null;
    }
    if (number !== this.asked) return;
    this.waiting = false;
    if (!answer) {
      this.close();
      this.say(this.text.failed);
      return;
    }
    this.show(answer.people, answer.more);
    if (this.wish && this.found.length === 1) this.choose(this.found[0]);
    this.wish = false;
  }

  async ask(word) {
    const answer = await fetch(`${this.text.people}?${new URLSearchParams({ under: this.text.under, q: word })}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const { people, more } = await answer.json();
    return { people: people.filter((one) => !this.has(one.id)), more };
  }

  has() {
    return false;
  }

  judge() {}

  show(people, more = false, first = 0) {
    this.found = people;
    this.list.replaceChildren(
      ...people.map((one, n) => make("li", { role: "option", id: `${this.list.id}-${n}`, "aria-selected": "false" }, one.name, ...(one.note ? [" ", make("small", {}, one.note)] : []))),
    );
    if (!people.length) this.list.append(make("li", { class: "q-mute", role: "presentation" }, this.text.none));
    else if (more) this.list.append(make("li", { class: "q-mute", role: "presentation" }, this.text.more.replace("{n}", people.length)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(people.length > 0));
    this.mark(people.length ? first : -1);
    this.say(people.length ? (more ? this.text.more : this.text.some).replace("{n}", people.length) : this.text.none);
  }

  mark(n) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = n;
    const option = n < 0 ? null : this.list.children[n];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  close() {
    this.list.hidden = true;
    this.found = [];
    this.mark(-1);
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "Enter" && (this.at >= 0 || (this.waiting && this.word))) {
      event.preventDefault(); // chooses and does not send the form
      if (this.at >= 0 && !this.waiting) this.choose(this.found[this.at]);
      else this.wish = true;
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.asked++;
      this.close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      if (!open) return this.unfold();
      const many = this.found.length;
      if (many) this.mark((this.at + (event.key === "ArrowDown" ? 1 : many - 1)) % many);
    } else if (event.key === "Tab") {
      this.close();
    } else {
      this.other(event);
    }
  }

  unfold() {
    if (this.word) this.look(++this.asked);
  }

  other() {}

  left() {
    clearTimeout(this.pause);
    this.asked++;
    this.waiting = this.wish = false;
    this.close();
  }
}

/* several persons, each a chip of the form */
class Several extends Box {
  constructor(root, input) {
    super(root, input);
    this.chips = root.querySelector(".q-chips");
    this.chips.addEventListener("click", (event) => {
      const off = event.target.closest(".q-chip-off");
      if (off) this.remove(off.closest(".q-chip"));
    });
    this.judge();
  }

  get word() {
    return this.input.hasAttribute("data-strict") ? super.word : lastOf(this.input.value).slice(0, LONGEST);
  }

  has(id) {
    return [...this.chips.querySelectorAll("input")].some((input) => input.value === String(id));
  }

  /* what was typed and is nobody yet may not be sent where only those chosen count */
  judge() {
    if (this.input.hasAttribute("data-strict")) this.input.setCustomValidity(this.input.value.trim() ? this.text.choose : "");
  }

  choose(one) {
    const chip = this.root.querySelector("template").content.firstElementChild.cloneNode(true);
    chip.querySelector("input").value = one.id;
    chip.querySelector("span").append(one.name, ...(one.note ? [" ", make("small", {}, one.note)] : []));
    const off = chip.querySelector(".q-chip-off");
    off.setAttribute("aria-label", off.dataset.label.replace("{name}", one.name));
    this.chips.append(chip);
    this.input.value = this.input.hasAttribute("data-strict") ? "" : this.input.value.slice(0, this.input.value.length - lastOf(this.input.value).length);
    this.asked++;
    this.waiting = false;
    this.close();
    this.judge();
    this.say(this.text.added.replace("{name}", one.name));
    this.input.focus();
    this.told();
  }

  remove(chip) {
    const name = chip.querySelector("span").firstChild.textContent.trim();
    chip.remove();
    this.say(this.text.removed.replace("{name}", name));
    this.input.focus();
    this.told();
  }

  told() {
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }

  other(event) {
    if (event.key === "Backspace" && !this.input.value && this.chips.lastElementChild) this.remove(this.chips.lastElementChild);
  }
}

/* one person: stands in for a select, which keeps what is sent */
class One extends Box {
  constructor(root, select) {
    const input = make("input", { class: "form-control", type: "text", id: select.id || `people-one-${count + 1}`, maxlength: LONGEST, autocapitalize: "off", spellcheck: "false" });
    for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    input.placeholder = select.querySelector("option[value='']")?.textContent.trim() || "";
    input.required = select.required;
    select.required = false;
    select.removeAttribute("id");
    select.hidden = true;
    const place = make("div", { class: "q-people-in" }, input);
    select.before(place);
    super(root, input);
    this.select = select;
    this.stands();
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.list.hidden && this.unfold());
  }

  get options() {
    return [...this.select.options].filter((option) => option.value).map((option) => ({ id: option.value, name: option.textContent.trim(), note: option.dataset.note || "", words: option.dataset.words || "" }));
  }

  stands() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.textContent.trim() : "";
    this.input.setCustomValidity("");
  }

  async ask(word) {
    if (this.text.people) return super.ask(word);
    const parts = word.toLowerCase().split(/\s+/);
    const fits = ({ name, words }) => parts.every((part) => name.toLowerCase().includes(part) || words.split(" ").some((one) => one.startsWith(part)));
    const people = this.options.filter(fits);
    return { people: people.slice(0, SHOWN), more: people.length > SHOWN };
  }

  /* until somebody is chosen nobody is sent, rather than whoever stood there before */
  judge() {
    if (this.select.selectedIndex >= 0 && this.select.value) this.before = this.select.value;
    this.select.value = "";
    this.input.setCustomValidity(this.input.value.trim() ? this.text.choose : "");
  }

  other(event) {
    if (event.key !== "Escape" || !this.before || this.select.value) return;
    this.select.value = this.before;
    this.stands();
  }

  unfold() {
    const people = this.options;
    this.show(people.slice(0, SHOWN), people.length > SHOWN, Math.max(0, people.findIndex((one) => one.id === this.select.value)));
  }

  choose(one) {
    if (![...this.select.options].some((option) => option.value === String(one.id))) this.select.append(new Option(one.name, one.id));
    this.select.value = one.id;
    this.asked++;
    this.waiting = false;
    this.close();
    this.stands();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  left() {
    super.left();
    if (this.input.value.trim()) return;
    if (!this.select.querySelector("option[value='']")) this.select.value = this.before || this.select.value;
    this.stands();
  }
}

export const begin = () => {
  for (const root of document.querySelectorAll(".q-people:not([data-ready])")) {
    root.dataset.ready = "";
    const select = root.querySelector("select");
    if (!select) new Several(root, root.querySelector("input:not(.q-chip-tick)"));
    else if (select.options.length > FEW) new One(root, select);
  }
};
