"use strict";
(function () {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const form = byId("filter"), list = byId("list"), found = byId("found"), more = byId("more"), clear = byId("clear");
  const PAGE = 25;
  let filter = {}, matches = [], shown = 0;

  const word = (key) => data.words[key][root.dataset.lang === "en" ? 1 : 0];
  const name = (key) => (data.names[key] || [key, key])[root.dataset.lang === "en" ? 1 : 0];
  const decimal = (x) => (root.dataset.lang === "en" ? x.toFixed(2) : x.toFixed(2).replace(".", ","));

  // Every text goes into the page through textContent: nothing of a passage is ever read as markup.
  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  }
  const split = (key) => { const at = key.indexOf("."); return [key.slice(0, at), key.slice(at + 1)]; };
  const has = (codes, code) => Array.isArray(codes) && codes.includes(code);
  const partial = (p, dim) => p.part.includes(dim);

  // What the model does with one code of one passage: "tp", "fp", "fn", "tn", or "" where it is unknown.
  function outcome(p, key, answers) {
    const [dim, code] = split(key), gold = p.g[dim], given = (answers || p.y)[dim];
    if (gold === undefined || given === undefined) return "";
    const yes = has(gold, code), says = has(given, code);
    if (!yes && partial(p, dim)) return "";
    return yes ? (says ? "tp" : "fn") : says ? "fp" : "tn";
  }
  const differ = (p) => data.dims.some((dim) => {
    const said = p.c.map((c) => c[1][dim]).filter((x) => x !== undefined).map((x) => [...x].sort().join("|"));
    return new Set(said).size > 1;
  });
  function right(p, dim, answers) {
    return data.keys.filter((key) => split(key)[0] === dim)
      .every((key) => !["fp", "fn"].includes(outcome(p, key, answers)));
  }

  function fits(p) {
    const f = filter;
    if (f.doc && p.d !== f.doc) return false;
    if (f.id && p.n !== Number(f.id)) return false;
    if (f.fact && (p.f || {})[f.fact] !== f.is) return false;
    if (f.q && !(p.t + " " + p.h.join(" ")).toLowerCase().includes(f.q.toLowerCase())) return false;
    const keys = data.keys.filter((key) => !f.code || key === f.code || split(key)[0] === f.code);
    const dims = [...new Set(keys.map((key) => split(key)[0]))];
    if (f.row !== undefined) {
      const [dim, code] = split(f.code), gold = p.g[dim], given = p.y[dim];
      if (!gold || !given || !has(gold, code)) return false;
      return f.row === "" ? given.length === 0 : f.row === code && f.single ? has(given, code)
        : has(given, f.row) && (!f.swapped || (!has(given, code) && !has(gold, f.row)));
    }
    if (f.hi !== undefined) {
      return keys.some((key) => {
        const s = p.s[data.keys.indexOf(key)];
        return s !== null && s >= Number(f.lo) - 1e-9 && s <= Number(f.hi) + 1e-9 && outcome(p, key) !== "";
      });
    }
    if (f.against) {
      const other = (p.o || {})[f.against];
      if (!other) return false;
      return dims.some((dim) => p.g[dim] !== undefined && right(p, dim) !== right(p, dim, other) &&
        right(p, dim) === (f.kind === "won"));
    }
    if (!f.kind) return !f.code || keys.some((key) => outcome(p, key) !== "" && outcome(p, key) !== "tn");
    if (f.kind === "doubt") return keys.some((key) => p.doubt.includes(key));
    if (f.kind === "abstained") return dims.some((dim) => p.a.includes(dim));
    if (f.kind === "differ") return differ(p);
    if (f.kind === "known") return keys.some((key) => outcome(p, key) !== "");
    if (f.kind === "coded") return keys.some((key) => ["tp", "fn"].includes(outcome(p, key)));
    if (f.kind === "given") return keys.some((key) => ["tp", "fp"].includes(outcome(p, key)));
    const wanted = f.kind === "errors" ? ["fp", "fn"] : [f.kind];
    return keys.some((key) => wanted.includes(outcome(p, key)));
  }

  function codes(cell, p, dim, given, compare) {
    if (given === undefined) { cell.append(make("span", "soft", word("b_unknown"))); return; }
    if (!given.length) cell.append(make("span", "soft", word(p.a.includes(dim) && compare ? "b_abstained" : "b_none")));
    given.forEach((code, at) => {
      if (at) cell.append(", ");
      const kind = compare ? outcome(p, dim + "." + code) : "";
      cell.append(make("span", kind === "fp" ? "miss" : kind === "tp" ? "hit" : "", name(dim + "." + code)));
    });
  }

  function card(p) {
    const article = make("article"), at = make("p", "at");
    const page = p.p === null ? "" : " · " + word("b_page") + " " + p.p;
    at.textContent = p.d + page + (p.h.length ? " · " + p.h.join(" › ") : "");
    const text = make("p", "text", p.t || p.id);
    text.lang = "nl";
    const table = make("table"), head = make("tr"), body = make("tbody");
    const columns = [word("dimension"), word("b_gold"), word("b_model")].concat(p.c.map((c) => c[0]));
    columns.forEach((title) => { const th = make("th", "", title); th.scope = "col"; head.append(th); });
    const thead = make("thead"); thead.append(head);
    data.dims.forEach((dim) => {
      if (p.g[dim] === undefined && p.y[dim] === undefined) return;
      if (filter.code && split(filter.code + ".")[0] !== dim && p.g[dim] === undefined) return;
      const tr = make("tr"), th = make("th", "", name(dim)), gold = make("td"), given = make("td");
      th.scope = "row";
      if (p.g[dim] === undefined) gold.append(make("span", "soft", word("b_unknown")));
      else if (!p.g[dim].length) gold.append(make("span", "soft", word("b_none")));
      else p.g[dim].forEach((code, n) => {
        if (n) gold.append(", ");
        gold.append(make("span", outcome(p, dim + "." + code) === "fn" ? "miss" : "", name(dim + "." + code)));
      });
      if (partial(p, dim)) gold.append(" (" + word("b_only") + ")");
      codes(given, p, dim, p.y[dim], true);
      tr.append(th, gold, given);
      p.c.forEach((c) => { const td = make("td"); codes(td, p, dim, c[1][dim], false); tr.append(td); });
      body.append(tr);
    });
    table.append(thead, body);
    article.append(at, text, table);
    const scores = data.keys.map((key, n) => [key, p.s[n]]).filter(([key, s]) => s !== null &&
      (s >= 0.2 || (filter.code && key.startsWith(filter.code)))).sort((a, b) => b[1] - a[1]);
    if (scores.length) {
      const box = make("details"), line = make("p", "at");
      box.append(make("summary", "", word("b_scores")));
      line.textContent = scores.map(([key, s]) => name(key) + " " + decimal(s)).join(" · ");
      box.append(line); article.append(box);
    }
    Object.entries(p.b || {}).forEach(([dim, why]) => article.append(make("p", "at", name(dim) + ": " + why)));
    const item = make("li"); item.append(article);
    return item;
  }

  function showMore() {
    const end = Math.min(shown + PAGE, matches.length), part = document.createDocumentFragment();
    for (; shown < end; shown += 1) part.append(card(matches[shown]));
    list.append(part);
    more.hidden = shown >= matches.length;
    found.textContent = matches.length + " " + word("b_found") + describe();
  }
  function describe() {
    const parts = [];
    if (filter.fact) parts.push(filter.fact + " = " + filter.is);
    if (filter.row !== undefined) parts.push(name(filter.code) + " → " + (filter.row === "" ? word("none_given") : name(split(filter.code)[0] + "." + filter.row)));
    if (filter.hi !== undefined) parts.push(word("score") + " " + decimal(Number(filter.lo)) + "–" + decimal(Number(filter.hi)));
    if (filter.against) parts.push(word(filter.kind === "won" ? "read_won" : "read_lost") + " · " + filter.against);
    if (filter.kind === "coded") parts.push(word("support"));
    if (filter.kind === "given") parts.push(word("given"));
    return parts.length ? " · " + parts.join(" · ") : "";
  }
  // How sure the model was of its worst error here: sure errors come first.
  function worst(p) {
    let most = -1;
    data.keys.forEach((key, n) => {
      if (filter.code && key !== filter.code && split(key)[0] !== filter.code) return;
      const o = outcome(p, key), s = p.s[n];
      if (s !== null && o === "fp") most = Math.max(most, s);
      if (s !== null && o === "fn") most = Math.max(most, 1 - s);
    });
    return most;
  }
  function render() {
    matches = data.passages.filter(fits);
    if (["fp", "fn", "errors"].includes(filter.kind)) {
      const rank = new Map(matches.map((p) => [p, worst(p)]));
      matches.sort((a, b) => rank.get(b) - rank.get(a) || a.n - b.n);
    }
    shown = 0; list.replaceChildren(); showMore();
  }
  function fill() {
    const set = (id, value) => {
      const select = byId(id);
      select.value = [...select.options].some((o) => o.value === value) ? value : "";
    };
    set("f-code", filter.code || ""); set("f-kind", filter.kind || ""); set("f-doc", filter.doc || "");
    byId("f-q").value = filter.q || "";
  }
  function options() {
    const select = (id, rows) => {
      const node = byId(id), before = node.value;
      node.replaceChildren(...rows.map(([value, text]) => { const o = make("option", "", text); o.value = value; return o; }));
      node.value = before;
    };
    const all = ["", word("b_any")];
    const rows = [all];
    data.dims.forEach((dim) => {
      rows.push([dim, name(dim)]);
      data.keys.filter((key) => split(key)[0] === dim).forEach((key) => rows.push([key, "\u2003" + name(key)]));
    });
    select("f-code", rows);
    select("f-kind", [all].concat(data.kinds.map((kind) => [kind, word("b_" + (kind === "differ" ? "coders_differ" : kind))])));
    select("f-doc", [all].concat(data.docs.map((doc) => [doc, doc])));
    fill();
  }
  function fromHash() {
    if (!location.hash.startsWith("#b:")) return;
    filter = Object.fromEntries(new URLSearchParams(location.hash.slice(3)));
    fill(); render();
    byId("s_browser").scrollIntoView(); found.focus({ preventScroll: true });
  }
  function language(lang) {
    root.dataset.lang = lang; root.lang = lang;
    document.title = data.title[lang === "en" ? 1 : 0];
    document.querySelectorAll("[data-set]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.set === lang)));
    document.querySelectorAll("svg[role=img]").forEach((svg) => svg.removeAttribute("tabindex"));
    if (form) { options(); render(); }
  }

  document.querySelectorAll("[data-set]").forEach((b) => b.addEventListener("click", () => language(b.dataset.set)));
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")]; opened.forEach((d) => { d.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((d) => { d.open = false; }));
  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      filter = {};
      [["code", "f-code"], ["kind", "f-kind"], ["doc", "f-doc"], ["q", "f-q"]].forEach(([field, id]) => {
        if (byId(id).value) filter[field] = byId(id).value;
      });
      render();
    });
    clear.addEventListener("click", () => { filter = { kind: "errors" }; fill(); render(); });
    more.addEventListener("click", showMore);
    window.addEventListener("hashchange", fromHash);
    // A link that sets the filter that is set already fires no hashchange.
    document.addEventListener("click", (event) => {
      const link = event.target.closest ? event.target.closest("a[href^='#b:']") : null;
      if (link && link.getAttribute("href") === location.hash) fromHash();
    });
    filter = { kind: "errors" };
  }
  language(root.dataset.lang);
  fromHash();
})();
