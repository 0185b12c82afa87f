// Passkeys: asks the device, puts its answer into the form, and sends it. Without this file pages
// offer one-time codes.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (options) => {
  const described = (all) => all?.map((one) => ({ ...one, id: toBytes(one.id) }));
  return {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    allowCredentials: described(options.allowCredentials),
    excludeCredentials: described(options.excludeCredentials),
  };
};

const withText = ({ id, rawId, type, response, authenticatorAttachment }) => {
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = toText(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return { id, rawId: toText(rawId), type, response: answer, authenticatorAttachment };
};

const ask = async (box) => {
  const failed = box.querySelector("[role=alert]");
  const publicKey = withBytes(JSON.parse(box.dataset.options));
  failed.hidden = true;
  try {
    const made = await navigator.credentials[box.dataset.passkey]({ publicKey });
    const form = box.closest("form");
    form.elements[box.dataset.field].value = JSON.stringify(withText(made));
    form.submit();
  } catch {
    failed.hidden = false;
  }
};

// A passkey belongs to a host name: on another one, as 127.0.0.1, there is nothing to offer.
const atHome = (host) => location.hostname === host || location.hostname.endsWith(`.${host}`);

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (window.PublicKeyCredential && atHome(box.dataset.host)) {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => ask(box));
  }
}

// The link of an invitation carries its code after the #, where no server sees it.
const code = document.querySelector("input[data-from-link]");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
