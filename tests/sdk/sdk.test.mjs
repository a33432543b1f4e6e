// GHL's own client (npm @gohighlevel/api-client), unchanged but for its base URL, against mock-ghl.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import sdk from '@gohighlevel/api-client';
import { startMock } from './mock.mjs';

const { HighLevel, LogLevel } = sdk;
const token = 'pit-00000000-0000-4000-8000-000000000001';
const locationId = 'locClinic00000000001';
const calendarId = 'calConsult0000000001';

// Its own log of every refusal would hide the results.
if (!process.env.SDK_DEBUG) console.error = () => {};

let mock;
let ghl;

before(async () => {
  mock = await startMock('--frozen-at', '2026-08-24T08:00:00-04:00');
  HighLevel.BASE_URL = mock.origin;
  ghl = new HighLevel({ privateIntegrationToken: token, logLevel: LogLevel.NONE });
});
after(() => mock.stop());

// The refusal of a call, as the client's error.
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail('the call was not refused');
}

test('books, reads, moves and cancels with a Private Integration Token', async () => {
  const { contact } = await ghl.contacts.createContact({ locationId, firstName: 'Ada', phone: '+15550109999' });
  const slots = await ghl.calendars.getSlots({
    calendarId,
    startDate: Date.parse('2026-08-25T00:00:00-04:00'),
    endDate: Date.parse('2026-08-26T00:00:00-04:00'),
  });
  const start = slots['2026-08-25'].slots[0];
  assert.match(start, /^2026-08-25T\d\d:\d\d:00-04:00$/);
  const made = await ghl.calendars.createAppointment({ calendarId, locationId, contactId: contact.id, startTime: start });
  assert.equal(made.appointmentStatus, 'confirmed');
  const taken = await refusal(
    ghl.calendars.createAppointment({
      calendarId,
      locationId,
      contactId: contact.id,
      startTime: start,
      assignedUserId: made.assignedUserId,
    }),
  );
  assert.equal(taken.statusCode, 400);
  assert.match(taken.message, /no longer available/);
  const { event } = await ghl.calendars.getAppointment({ eventId: made.id });
  assert.equal(event.startTime, start);
  const next = slots['2026-08-25'].slots[4];
  const moved = await ghl.calendars.editAppointment({ eventId: made.id }, { startTime: next });
  assert.equal(moved.startTime, next);
  await ghl.calendars.editAppointment({ eventId: made.id }, { appointmentStatus: 'cancelled' });
  const { events } = await ghl.contacts.getAppointmentsForContact({ contactId: contact.id });
  assert.equal(events.length, 1);
  assert.equal(events[0].appointmentStatus, 'cancelled');
});

test('finds, upserts, tags and deletes contacts', async () => {
  const first = await ghl.contacts.upsertContact({ locationId, firstName: 'Grace', email: 'grace@example.com' });
  assert.equal(first.new, true);
  const again = await ghl.contacts.upsertContact({ locationId, lastName: 'Hopper', email: 'GRACE@example.com' });
  assert.equal(again.new, false);
  assert.equal(again.contact.id, first.contact.id);
  const duplicate = await refusal(ghl.contacts.createContact({ locationId, email: 'grace@example.com' }));
  assert.equal(duplicate.statusCode, 400);
  const found = await ghl.contacts.getDuplicateContact({ locationId, email: 'grace@example.com' });
  assert.equal(found.contact.id, first.contact.id);
  const { tags } = await ghl.contacts.addTags({ contactId: first.contact.id }, { tags: ['VIP'] });
  assert.deepEqual(tags.map((tag) => tag.toLowerCase()), ['vip']);
  await ghl.contacts.createNote({ contactId: first.contact.id }, { body: 'called', userId: 'usrAda00000000000001' });
  assert.equal((await ghl.contacts.getAllNotes({ contactId: first.contact.id })).notes.length, 1);
  await mock.admin('POST', 'clock/advance', { ms: 60_000 });  // the search index lags behind
  const search = await ghl.contacts.searchContactsAdvanced({
    locationId,
    pageLimit: 10,
    filters: [{ field: 'email', operator: 'eq', value: 'grace@example.com' }],
  });
  assert.equal(search.total, 1);
  await ghl.contacts.deleteContact({ contactId: first.contact.id });
  assert.equal((await refusal(ghl.contacts.getContact({ contactId: first.contact.id }))).statusCode, 400);
});

test('reads the location, its users and its calendars', async () => {
  const { location } = await ghl.locations.getLocation({ locationId });
  assert.equal(location.timezone, 'America/New_York');
  const { calendars } = await ghl.calendars.getCalendars({ locationId });
  assert.ok(calendars.length >= 3);
  const { users } = await ghl.users.getUserByLocation({ locationId });
  assert.ok(users.length >= 2);
  const { tags } = await ghl.locations.getLocationTags({ locationId });
  assert.ok(Array.isArray(tags));
});

test('keeps opportunities and conversations', async () => {
  const { contact } = await ghl.contacts.createContact({ locationId, firstName: 'Edsger', phone: '+15550108888' });
  const { pipelines } = await ghl.opportunities.getPipelines({ locationId });
  assert.ok(pipelines.length > 0);
  const { opportunity } = await ghl.opportunities.createOpportunity({
    pipelineId: pipelines[0].id,
    pipelineStageId: pipelines[0].stages[0].id,
    locationId,
    name: 'Check-up',
    status: 'open',
    contactId: contact.id,
  });
  await ghl.opportunities.updateOpportunityStatus({ id: opportunity.id }, { status: 'won' });
  assert.equal((await ghl.opportunities.getOpportunity({ id: opportunity.id })).opportunity.status, 'won');
  const sent = await ghl.conversations.sendANewMessage({
    type: 'SMS',
    contactId: contact.id,
    message: 'See you tomorrow',
    status: 'pending',
  });
  assert.ok(sent.messageId);
  const { conversations } = await ghl.conversations.searchConversation({ locationId, contactId: contact.id });
  assert.equal(conversations.length, 1);
});

test('turns refusals into its own errors', async () => {
  const stranger = new HighLevel({ privateIntegrationToken: 'pit-unknown', logLevel: LogLevel.NONE });
  assert.equal((await refusal(stranger.locations.getLocation({ locationId }))).statusCode, 401);
  const unknown = await refusal(ghl.contacts.createContact({ locationId, surprise: 1 }));
  assert.equal(unknown.statusCode, 422);
  assert.match(unknown.message, /property surprise should not exist/);
});

const clientId = '66f0c0ffee0123456789abcd-holdfast';
const clientSecret = '00000000-0000-4000-8000-00000000a99a';
const redirectUri = 'http://127.0.0.1:8700/oauth/callback';
const companyId = 'comHarbor00000000001';

// What a person does on the consent page: chooses where, and allows.
async function consent(resource, scope) {
  const answer = await fetch(`${mock.origin}/oauth/chooselocation`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state: 's',
      resource,
    }),
  });
  assert.equal(answer.status, 302);
  const back = new URL(answer.headers.get('location'));
  assert.equal(back.searchParams.get('state'), 's');
  return back.searchParams.get('code');
}

test('goes through OAuth, and refreshes by itself when the token has expired', async () => {
  const app = new HighLevel({ clientId, clientSecret, logLevel: LogLevel.ERROR });
  const code = await consent(`location:${locationId}`, 'contacts.readonly contacts.write');
  const session = await app.oauth.getAccessToken({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
  });
  assert.equal(session.userType, 'Location');
  assert.equal(session.locationId, locationId);
  await app.getSessionStorage().setSession(locationId, session);
  const made = await app.contacts.upsertContact({ locationId, firstName: 'Barbara', phone: '+15550107777' });
  assert.ok(made.contact.id);
  await mock.admin('POST', 'clock/advance', { ms: 25 * 3600 * 1000 });
  // By a call whose location is in the query: of a JSON body that was sent the client cannot tell it any more.
  const again = await app.contacts.getDuplicateContact({ locationId, number: '+15550107777' });
  assert.equal(again.contact.id, made.contact.id);
  const renewed = await app.getSessionStorage().getSession(locationId);
  assert.notEqual(renewed.access_token, session.access_token);
  assert.notEqual(renewed.refresh_token, session.refresh_token);
  const reused = await refusal(
    app.oauth.getAccessToken({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
    }),
  );
  assert.equal(reused.statusCode, 401);
});

test('exchanges an agency token for a location', async () => {
  const app = new HighLevel({ clientId, clientSecret, logLevel: LogLevel.ERROR });
  const code = await consent(`company:${companyId}`, 'contacts.readonly oauth.readonly oauth.write');
  const session = await app.oauth.getAccessToken({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
  });
  assert.equal(session.userType, 'Company');
  await app.getSessionStorage().setSession(companyId, session);
  const installed = await app.oauth.getInstalledLocation({ companyId, appId: clientId.split('-')[0] });
  assert.ok(installed.locations.some((location) => location._id === locationId));
  const exchanged = await app.oauth.getLocationAccessToken({ companyId, locationId });
  assert.equal(exchanged.locationId, locationId);
  assert.ok(exchanged.access_token);
});

test('verifies the webhooks that its own calls cause', async () => {
  const bodies = [];
  const receiver = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push({ headers: request.headers, rawBody: Buffer.concat(chunks) });
      response.end('ok');
    });
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const { ed25519 } = await publicKeys();
    await mock.admin('POST', 'webhooks', {
      url: `http://127.0.0.1:${receiver.address().port}/hook`,
      app_id: clientId.split('-')[0],
      events: ['ContactCreate'],
      delay: { fixed_ms: 0 },
    });
    const app = new HighLevel({ clientId, clientSecret, logLevel: LogLevel.ERROR });
    const { contact } = await ghl.contacts.createContact({ locationId, firstName: 'Radia', phone: '+15550106666' });
    for (let i = 0; i < 100 && bodies.length === 0; ++i) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(bodies.length, 1);
    const { headers, rawBody } = bodies[0];
    assert.equal(JSON.parse(rawBody).id, contact.id);
    assert.ok(app.webhooks.verifyEd25519Signature(rawBody, headers['x-ghl-signature'], ed25519));
    const forged = Buffer.from(rawBody.toString().replace('Radia', 'Mallory'));
    assert.equal(app.webhooks.verifyEd25519Signature(forged, headers['x-ghl-signature'], ed25519), false);
  } finally {
    receiver.close();
    receiver.closeAllConnections();
  }
});

async function publicKeys() {
  const keys = await mock.admin('GET', 'webhooks/keys');
  const pem = Object.entries(keys).find(([name]) => /ghl|ed25519/i.test(name))[1];
  return { ed25519: typeof pem === 'string' ? pem : pem.publicKey };
}
