// The texts of the active dimension's codes, beside the passage.
import { byId, make } from "./talk.js";

export class Definitions {
  constructor(data) {
    this.words = data.words;
    this.shown = "";
  }

  show(dimension, code, chosen) {
    if (this.shown !== dimension.name) this.build(dimension);
    for (const node of byId("definitions-body").querySelectorAll("article")) {
      node.classList.toggle("here", node.dataset.code === code);
      node.classList.toggle("chosen", chosen.includes(node.dataset.code));
    }
    const here = byId("definitions-body").querySelector("article.here"), box = byId("definitions");
    if (!here) box.scrollTop = 0;
    if (!here || box.scrollHeight <= box.clientHeight) return;
    const top = here.previousElementSibling.matches("article") ? here.offsetTop - 12 : 0;
    const end = here.offsetTop + here.offsetHeight + 12;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (end > box.scrollTop + box.clientHeight) box.scrollTop = Math.min(top, end - box.clientHeight);
  }

  build(dimension) {
    this.shown = dimension.name;
    byId("definitions-title").textContent = dimension.title;
    const nodes = [make("p", "question", dimension.question)];
    dimension.codes.forEach((code, at) => {
      const article = make("article"), title = make("h3", "", code.title);
      article.dataset.code = code.code;
      if (dimension.keys[at]) title.prepend(make("kbd", "", dimension.keys[at]), " ");
      const text = make("p", "definition", code.definition);
      text.id = `d-${dimension.name}-${code.code}`;
      article.append(title, text, ...this.list("include", code.include), ...this.list("exclude", code.exclude),
        ...this.list("examples", code.examples));
      nodes.push(article);
    });
    byId("definitions-body").replaceChildren(...nodes);
    byId("definitions").scrollTop = 0;
  }

  list(kind, texts) {
    if (!texts.length) return [];
    const list = make("ul", kind);
    for (const text of texts) {
      const item = make("li");
      item.append(make("span", "kind", this.words[kind]), " ", make("span", "", text));
      list.append(item);
    }
    return [list];
  }
}
