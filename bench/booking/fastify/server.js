// A booking server as one writes it in an afternoon: it works, and it promises nothing. No hold, no ledger, no look
// again when an answer is lost, so a retry books twice. bench/booking/booking.py measures it beside holdfastd.
import Fastify from "fastify";

const { GHL, TOKEN, LOCATION, ZONE, PORT } = process.env;
const spoken = new Intl.DateTimeFormat("en-US", { timeZone: ZONE, weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });

// What Node brings, or the client beneath it without fetch's streams and objects: several times cheaper.
const pool = process.env.CLIENT === "undici" && new (await import("undici")).Pool(GHL, { connections: 128 });
const send = pool
  ? async (path, options) => {
      const { statusCode, body } = await pool.request({ path, ...options });
      return { ok: statusCode < 300, status: statusCode, text: () => body.text(), json: () => body.json() };
    }
  : (path, options) => fetch(GHL + path, options);

async function ghl(method, path, version, body) {
  const headers = { Authorization: `Bearer ${TOKEN}`, Version: version, "Content-Type": "application/json" };
  const response = await send(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const calendars = "2021-04-15", contacts = "2021-07-28";
const tools = {
  async check_availability({ service, date }) {
    const from = Date.parse(`${date}T00:00:00Z`); // to the end of that day anywhere in America
    const [{ calendar }, days] = await Promise.all([
      ghl("GET", `/calendars/${service}`, calendars),
      ghl("GET", `/calendars/${service}/free-slots?startDate=${from}&endDate=${from + 108_000_000}&timezone=${ZONE}`, calendars),
    ]);
    const starts = (days[date]?.slots ?? []).slice(0, 4);
    const slots = starts.map((start) => ({ code: `${calendar.id}|${start}`, label: spoken.format(new Date(start)) }));
    if (!slots.length) return { status: "none", say: "I have nothing that day." };
    return { status: "available", say: `I have ${slots.map((slot) => slot.label).join(" or ")}.`, timezone: ZONE, slots };
  },

  async book_appointment({ slot_code, name }, phone) {
    const [calendarId, startTime] = slot_code.split("|");
    const found = await ghl("GET", `/contacts/search/duplicate?locationId=${LOCATION}&number=${encodeURIComponent(phone)}`, contacts);
    const [firstName, lastName] = name.split(" ");
    const contact = found.contact ?? (await ghl("POST", "/contacts/upsert", contacts, { locationId: LOCATION, firstName, lastName, phone })).contact;
    const made = await ghl("POST", "/calendars/events/appointments", calendars, { calendarId, locationId: LOCATION, contactId: contact.id, startTime, title: name });
    const from = Date.parse(startTime);
    const { events } = await ghl("GET", `/calendars/events?locationId=${LOCATION}&calendarId=${calendarId}&startTime=${from}&endTime=${from + 1_800_000}`, calendars);
    if (events.length !== 1 || events[0].id !== made.id) return { status: "taken", say: "Somebody else has that time." };
    const label = spoken.format(new Date(startTime));
    return { status: "booked", say: `You're booked for ${label}.`, label, timezone: ZONE, name };
  },
};

const app = Fastify({ bodyLimit: 4 << 20 });
app.post("/vapi/clinic", async ({ body: { message } }) => {
  const results = message.toolCallList.map(async ({ id, function: { name, arguments: given } }) => {
    const result = await tools[name](given, message.call.customer.number);
    return { toolCallId: id, result: JSON.stringify(result) };
  });
  return { results: await Promise.all(results) };
});
console.log(`fastify listening on ${await app.listen({ port: Number(PORT ?? 0), host: "127.0.0.1" })}`);
