// The codes of a passage: a group for each dimension, one stop of the Tab key each, every choice in the order it was made.
import { byId, fill, make } from "./talk.js";

const LETTERS = "acefijklmqtvwxyz"; // after 1 to 9; the others do something else
export const NONE = "";

export class Form {
  constructor(data, changed) {
    this.words = data.words;
    this.dimensions = data.dimensions;
    this.changed = changed;
    this.active = "";
    this.draft = {};
    this.groups = new Map();
    for (const dimension of this.dimensions) {
      dimension.keys = dimension.codes.map((_, at) => (at < 9 ? String(at + 1) : LETTERS[at - 9] || ""));
      this.groups.set(dimension.name, this.build(dimension));
    }
    byId("dimensions").replaceChildren(...[...this.groups.values()].map((group) => group.box));
  }

  build(dimension) {
    const box = make("fieldset"), legend = make("legend"), chosen = make("span", "chosen");
    const said = make("ul", "said"), pills = make("div", "pills"), suggested = make("p", "suggested");
    legend.append(make("span", "title", dimension.title), " ", chosen);
    const rows = [...dimension.codes.map((code, at) => [code.code, code.title, dimension.keys[at]]),
      [NONE, this.words.none, "0"]];
    const inputs = rows.map(([code, title, key]) => {
      const label = make("label", "pill" + (code === NONE ? " none" : "")), input = make("input");
      input.type = dimension.multi ? "checkbox" : "radio";
      input.name = "c-" + dimension.name;
      input.value = code;
      input.tabIndex = -1;
      if (code !== NONE) input.setAttribute("aria-describedby", `d-${dimension.name}-${code}`);
      const mark = make("span", "mark");
      label.append(input, make("kbd", "", key), make("span", "name", title), mark);
      pills.append(label);
      // A click on a chosen radio takes the choice back, which radios do not do by themselves.
      input.addEventListener("click", () => this.toggle(dimension.name, code));
      return { code, input, label, mark };
    });
    box.append(legend, said, pills, suggested);
    box.addEventListener("focusin", (event) => {
      const found = inputs.find((one) => one.input === event.target);
      this.activate(dimension.name, found ? found.code : undefined);
      box.scrollIntoView({ block: "nearest" });
    });
    return { dimension, box, chosen, said, inputs, suggested, here: dimension.codes[0].code };
  }

  // Fill the form with a view; `draft` are choices that are not saved.
  show(view, draft) {
    this.asked = view.asked;
    this.draft = {};
    for (const [name, group] of this.groups) {
      const asked = view.asked.includes(name);
      group.box.hidden = !asked;
      if (!asked) continue;
      const codes = draft && name in draft ? draft[name] : view.codes[name];
      this.draft[name] = codes ? [...codes] : codes;
      group.here = codes && codes.length ? codes[0] : group.dimension.codes[0].code;
      this.say(group, view.said[name]);
    }
    this.showRemarks(view.remarks);
    this.suggest(view.suggested);
    if (!this.asked.includes(this.active)) this.active = this.asked[0];
    this.refresh();
  }

  title(name, code) {
    const found = this.groups.get(name).dimension.codes.find((one) => one.code === code);
    return found ? found.title : code;
  }

  titles(name, codes) {
    return codes.length ? codes.map((code) => this.title(name, code)).join(", ") : this.words.none;
  }

  say(group, said) {
    group.said.hidden = !said;
    group.said.replaceChildren();
    (said || []).forEach((codes, at) => {
      const item = make("li"), letter = String.fromCharCode(65 + at);
      item.append(make("span", "who", fill(this.words.said_by, { letter })), " ",
        make("span", "", codes === null ? this.words.said_not : this.titles(group.dimension.name, codes)));
      group.said.append(item);
    });
  }

  showRemarks(remarks) {
    const items = remarks.map((text, at) => [text, String.fromCharCode(65 + at)]).filter(([text]) => text);
    byId("remarks").hidden = !items.length;
    byId("remarks").replaceChildren(...items.map(([text, letter]) => {
      const item = make("li");
      item.append(make("span", "who", fill(this.words.remark_of, { letter })), " ", make("span", "", text));
      return item;
    }));
  }

  suggest(suggested) {
    this.suggested = suggested;
    for (const [name, group] of this.groups) {
      const made = suggested[name];
      group.suggested.hidden = !made;
      group.suggested.replaceChildren();
      for (const one of group.inputs) {
        const is = made && (one.code === NONE ? made.codes !== null && !made.codes.length : made.some.includes(one.code));
        one.label.classList.toggle("is-suggested", Boolean(is));
        one.mark.textContent = is ? this.words.suggested : "";
      }
      if (!made) continue;
      const what = made.some.length ? this.titles(name, made.some) : made.codes ? this.words.none : this.words.suggested_nothing;
      group.suggested.append(make("span", "who", fill(this.words.suggestion_of, { coder: made.coder })), " ",
        make("span", "", what + (made.codes ? "" : ` (${this.words.suggested_partly})`)));
      for (const quote of made.quotes) group.suggested.append(" ", make("q", "", quote.quote));
    }
  }

  // Quotes of all suggestions that are shown, with the name of their code.
  get quotes() {
    return Object.entries(this.suggested).flatMap(([name, made]) =>
      made.quotes.map((quote) => ({ ...quote, title: this.title(name, quote.code) })));
  }

  get differing() {
    const same = (a, b) => a.length === b.length && a.every((one) => b.includes(one));
    return Object.entries(this.suggested)
      .filter(([name, made]) => made.codes !== null && this.draft[name] !== null && !same(made.codes, this.draft[name]))
      .map(([name]) => name);
  }

  get open() { return this.asked.filter((name) => this.draft[name] === null); }

  toggle(name, code) {
    const group = this.groups.get(name), now = this.draft[name];
    if (code === NONE) this.draft[name] = now !== null && !now.length ? null : [];
    else if (now !== null && now.includes(code)) {
      const rest = now.filter((one) => one !== code);
      this.draft[name] = rest.length ? rest : null;
    } else this.draft[name] = group.dimension.multi && now !== null ? [...now, code] : [code];
    this.activate(name, code);
    this.changed();
  }

  // The code of a key in the active dimension, or undefined.
  codeOf(key) {
    if (key === "0") return NONE;
    const dimension = this.groups.get(this.active).dimension, at = dimension.keys.indexOf(key);
    return at < 0 ? undefined : dimension.codes[at].code;
  }

  activate(name, code) {
    this.active = name;
    if (code !== undefined) this.groups.get(name).here = code;
    this.refresh();
  }

  // Move focus to a dimension, `step` from the active one; false at either end.
  move(step) {
    const at = this.asked.indexOf(this.active) + step;
    if (at < 0 || at >= this.asked.length) return false;
    this.focus(this.asked[at]);
    return true;
  }

  moveCode(step) {
    const group = this.groups.get(this.active), at = group.inputs.findIndex((one) => one.code === group.here);
    const next = group.inputs[(at + step + group.inputs.length) % group.inputs.length];
    this.activate(this.active, next.code);
    next.input.focus();
  }

  focus(name) {
    const group = this.groups.get(name);
    this.activate(name);
    group.inputs.find((one) => one.code === group.here).input.focus();
  }

  refresh() {
    for (const [name, group] of this.groups) {
      if (group.box.hidden) continue;
      const codes = this.draft[name];
      group.box.classList.toggle("active", name === this.active);
      group.box.classList.toggle("answered", codes !== null);
      group.chosen.textContent = codes === null ? this.words.not_chosen : this.titles(name, codes);
      for (const one of group.inputs) {
        one.input.checked = codes !== null && (one.code === NONE ? !codes.length : codes.includes(one.code));
        one.input.tabIndex = one.code === group.here ? 0 : -1;
      }
    }
    const group = this.groups.get(this.active);
    if (this.onActive) this.onActive(group.dimension, group.here, this.draft[this.active] || []);
  }
}
