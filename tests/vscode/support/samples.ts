/** Code of functions that several specs open. */

/** A function that writes an event into a calendar. */
export const sending = `import { createClientFromRequest } from 'npm:@base44/sdk';

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('googlecalendar');
  await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', {
    method: 'POST',
    headers: { Authorization: \`Bearer \${accessToken}\` },
  });
  return new Response('ok');
});
`;
