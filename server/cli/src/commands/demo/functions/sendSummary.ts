import { createClientFromRequest } from 'npm:@base44/sdk';

// What was said is sent to the customer.
Deno.serve(async (request) => {
  const base44 = createClientFromRequest(request);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection('gmail');
  await fetch('https://gmail.googleapis.com/gmail/v1/users/me/messages/send', {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ raw: await request.text() }),
  });
  return new Response('sent');
});
