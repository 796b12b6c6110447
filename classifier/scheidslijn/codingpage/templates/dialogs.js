// Searching a code, going to a passage, and help.
import { byId, fill, make } from "./talk.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Search {
  constructor(form, words, choose) {
    Object.assign(this, { form, words, choose, at: 0, found: [] });
    byId("search-field").addEventListener("input", () => this.fill());
    byId("search-field").addEventListener("keydown", (event) => this.key(event));
    byId("search").addEventListener("close", () => this.after());
  }

  open(after) {
    this.after = after;
    byId("search-field").value = "";
    this.fill();
    byId("search").showModal();
    byId("search-field").focus();
  }

  fill() {
    const wanted = plain(byId("search-field").value.trim());
    const all = this.form.asked.flatMap((name) => {
      const dimension = this.form.groups.get(name).dimension;
      return dimension.codes.map((code) => ({ dimension, code }));
    });
    // Names come before definitions.
    const rank = ({ dimension, code }) => plain(`${code.title} ${code.code} ${dimension.title}`).includes(wanted) ? 0
      : plain([code.definition, ...code.include, ...code.examples].join(" ")).includes(wanted) ? 1 : 2;
    this.found = all.map((one) => [rank(one), one]).filter(([r]) => r < 2).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
    this.at = 0;
    byId("search-count").textContent = fill(this.words.search_found, { n: this.found.length });
    byId("search-list").replaceChildren(...this.found.map(({ dimension, code }, n) => {
      const item = make("li");
      item.id = "s-" + n;
      item.setAttribute("role", "option");
      item.append(make("span", "soft", dimension.title), " ", make("strong", "", code.title), " ", make("span", "", code.definition));
      item.addEventListener("click", () => this.take(n));
      return item;
    }));
    this.mark();
  }

  mark() {
    [...byId("search-list").children].forEach((item, n) => item.setAttribute("aria-selected", String(n === this.at)));
    const here = byId("s-" + this.at);
    if (here) here.scrollIntoView({ block: "nearest" });
    byId("search-field").setAttribute("aria-activedescendant", here ? here.id : "");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") this.take(this.at);
    else return;
    event.preventDefault();
  }

  take(n) {
    const one = this.found[n];
    byId("search").close();
    if (one) this.choose(one.dimension.name, one.code.code);
  }
}

export class GoTo {
  constructor(words, go) {
    this.words = words;
    this.go = go;
    byId("goto-form").addEventListener("submit", () => {
      const number = Number.parseInt(byId("goto-field").value, 10);
      if (number >= 1 && number <= this.passages.length) this.go(number - 1);
    });
  }

  open(documents, passages) {
    this.passages = passages;
    byId("goto-field").value = "";
    byId("goto-list").replaceChildren(...documents.map((name, n) => {
      const own = passages.map((one, at) => [one, at]).filter(([one]) => one[0] === n);
      const done = own.filter(([one]) => one[1] !== "open").length;
      const item = make("li"), button = make("button", "", name);
      const bar = make("progress");
      bar.max = own.length; bar.value = done;
      bar.setAttribute("aria-label", name);
      button.type = "button";
      button.addEventListener("click", () => {
        byId("goto").close();
        this.go((own.find(([one]) => one[1] === "open") || own[0])[1]);
      });
      item.append(button, " ", bar, " ", make("span", "soft", `${done} / ${own.length}`));
      return item;
    }));
    byId("goto").showModal();
    byId("goto-field").focus();
  }
}

export function closable() {
  document.querySelectorAll("dialog [data-close]").forEach((button) =>
    button.addEventListener("click", () => button.closest("dialog").close()));
}
