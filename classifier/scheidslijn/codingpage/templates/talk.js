// Asking and telling the server, and making elements. Every text goes into the page as text, never as markup.

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

export const byId = (id) => document.getElementById(id);

// A word of the page with its {names} filled in.
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

// Asks the server; throws an Error whose message is for the coder. `gone` marks that nobody answered.
async function ask(path, options) {
  let response, answer;
  try {
    response = await fetch(path, { cache: "no-store", credentials: "same-origin", redirect: "error", ...options });
    answer = await response.json();
  } catch {
    const error = new Error("gone");
    error.gone = true;
    throw error;
  }
  if (!response.ok) throw new Error(answer.error || String(response.status));
  return answer;
}

export const get = (path) => ask(path);
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
