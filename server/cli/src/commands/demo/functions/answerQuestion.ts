import { createClientFromRequest } from 'npm:@base44/sdk';

// A message in the support channel: who asks and what the handbook says is answered there.
Deno.serve(async (request) => {
  const { connectors } = createClientFromRequest(request).asServiceRole;
  const { channel, timestamp, question } = await request.json();

  const hubspot = await connectors.getConnection('hubspot');
  const asHubspot = { Authorization: `Bearer ${hubspot.accessToken}` };
  await fetch('https://api.hubapi.com/crm/v3/objects/contacts', { headers: asHubspot });
  await fetch('https://api.hubapi.com/crm/v3/objects/deals', { headers: asHubspot });

  const notion = await connectors.getConnection('notion');
  await fetch('https://api.notion.com/v1/search', {
    method: 'POST',
    headers: { Authorization: `Bearer ${notion.accessToken}` },
    body: JSON.stringify({ query: question }),
  });

  const slack = await connectors.getConnection('slack');
  const headers = { Authorization: `Bearer ${slack.accessToken}` };
  const text = JSON.stringify({ channel, text: question });
  await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers, body: text });
  const seen = JSON.stringify({ channel, timestamp, name: 'eyes' });
  await fetch('https://slack.com/api/reactions.add', { method: 'POST', headers, body: seen });
  return new Response('answered');
});
