// The page's only way to the box: ask for its state, hear of changes, do what a person does.

export async function state(admin, client) {
  const answer = await fetch(`/sandbox/state?${new URLSearchParams({ admin, client })}`);
  if (!answer.ok) throw new Error(`state ${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || String(answer.status));
  return told;
}

// ``network`` is telegram or whatsapp; ``deed`` is says, taps, uploads or opens.
export function act(network, who, deed, body = {}) {
  return post(`/sandbox/${network}/${encodeURIComponent(who)}/${deed}`, body);
}

// ``deed`` is scan or logout.
export function useDevice(deed) {
  return post(`/sandbox/device/${deed}`, {});
}

export function advance(seconds) {
  return post("/sandbox/clock", { advance_seconds: seconds });
}

export async function packed(file) {
  const read = new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  const data = (await read).replace(/^[^,]*,/, "");
  return { data, name: file.name, mime: file.type, photo: file.type.startsWith("image/") };
}

// Calls ``changed`` at each change and ``lost`` with whether the line is down.
export function listen(changed, lost) {
  const events = new EventSource("/sandbox/events");
  events.addEventListener("message", () => {
    lost(false);
    changed();
  });
  events.addEventListener("error", () => lost(true));
}
