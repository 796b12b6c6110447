// The passage: where it stands, its text with evidence marked, what stands beside it, and warnings.
import { byId, fill, make } from "./talk.js";

// What a reader does not see, or what turns the reading direction, is named where it stands.
const UNSEEN = /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\u180e\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/gu;

function named(run) {
  const codes = Array.from(run, (one) => "U+" + one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0"));
  return codes.length > 3 ? `${codes[0]} … ×${codes.length}` : codes.join(" ");
}

function append(node, text) {
  let at = 0;
  for (const match of text.matchAll(UNSEEN)) {
    node.append(text.slice(at, match.index), make("span", "unseen", named(match[0])));
    at = match.index + match[0].length;
  }
  node.append(text.slice(at));
}

// Quotes count characters of the text as Python does: whole characters, not halves of a pair.
export function showText(node, text, quotes) {
  node.replaceChildren();
  const letters = Array.from(text);
  const good = quotes.filter((q) => letters.slice(q.start, q.end).join("") === q.quote);
  const cuts = [...new Set([0, letters.length, ...good.flatMap((q) => [q.start, q.end])])].sort((a, b) => a - b);
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const part = letters.slice(cuts[i], cuts[i + 1]).join("");
    const over = good.filter((q) => q.start <= cuts[i] && q.end >= cuts[i + 1]);
    if (over.length) {
      const mark = make("mark");
      mark.title = [...new Set(over.map((q) => q.title))].join(", ");
      append(mark, part);
      node.append(mark);
    } else append(node, part);
  }
}

export class PassageView {
  constructor(words) { this.words = words; }

  show(view, all) {
    const p = view.passage, w = this.words;
    byId("number").textContent = fill(w.passage_of, { n: view.number + 1, all });
    byId("document").textContent = p.document;
    byId("page").textContent = p.page === null ? "" : fill(w.page_number, { n: p.page });
    byId("heading").textContent = p.heading.join(" › ");
    byId("heading").hidden = !p.heading.length;
    this.state(view.state);
    const flags = [...new Set(view.flags.map((flag) => w["flag_" + flag] || flag))];
    byId("flags").hidden = !flags.length;
    byId("flags").textContent = flags.length ? fill(w.flagged, { what: flags.join("; ") }) : "";
    for (const side of ["before", "after"]) byId(side).hidden = true;
    byId("passage").scrollTop = 0;
    this.view = view;
    this.quotes([]);
  }

  state(state) {
    byId("state").textContent = this.words["state_" + state];
    byId("state").dataset.state = state;
  }

  quotes(quotes) { showText(byId("text"), this.view.passage.text, quotes); }

  get hasNeighbours() { return Boolean(this.view.before || this.view.after); }

  neighbours() {
    const open = byId("before").hidden && byId("after").hidden;
    for (const side of ["before", "after"]) {
      const node = byId(side), p = this.view[side];
      node.hidden = !open || !p;
      node.replaceChildren();
      if (!p || !open) continue;
      node.append(make("p", "soft", this.words[side]));
      const text = make("p", p.kind === "heading" ? "title" : "");
      text.dir = "auto";
      append(text, p.text);
      node.append(text);
    }
    byId("text").scrollIntoView({ block: "nearest" }); // what is coded stays in sight
    return open;
  }
}
