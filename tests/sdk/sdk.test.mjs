// GHL's own client (npm @gohighlevel/api-client), unchanged but for its base URL, against mock-ghl.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sdk from '@gohighlevel/api-client';
import { startMock } from './mock.mjs';

const { HighLevel, LogLevel } = sdk;
const token = 'pit-00000000-0000-4000-8000-000000000001';
const locationId = 'locClinic00000000001';
const calendarId = 'calConsult0000000001';

// Its own log of every refusal would hide the results.
console.error = () => {};

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
