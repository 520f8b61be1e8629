// A client library of the WhatsApp Cloud API (@kapso/whatsapp-cloud-api) against the drop-in Graph API: nothing is changed but
// its base URL and its token. tests/it/graph_client.rs starts this with a world behind it, and judges what arrived at Meta.
//
// Its environment: GRAPH_URL, GRAPH_TOKEN, PHONE_NUMBER_ID, ACCOUNT_ID, TEMPLATE (two body parameters, en_US), PERSON (who wrote a
// moment ago), STRANGER (who never did), WROTE (id of the person's message), NPM_TREE (where the library is installed).

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const environment = (name) => process.env[name] ?? assert.fail(`${name} is not set`);
const require = createRequire(`${environment('NPM_TREE')}/package.json`);
const { WhatsAppClient, GraphApiError } = require('@kapso/whatsapp-cloud-api');

const baseUrl = environment('GRAPH_URL');
const phoneNumberId = environment('PHONE_NUMBER_ID');
const businessAccountId = environment('ACCOUNT_ID');
const to = environment('PERSON');
const client = new WhatsAppClient({ baseUrl, accessToken: environment('GRAPH_TOKEN') });
const address = { phoneNumberId, to };

// The smallest picture: one transparent point.
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

async function step(name, run) {
  await run();
  console.log(`ok ${name}`);
}

function sent(answer) {
  assert.equal(answer.contacts[0].waId, to.replace('+', ''));
  assert.match(answer.messages[0].id, /^wamid\./);
}

async function refused(call, expected) {
  const error = await call().then(() => assert.fail('it was accepted'), (error) => error);
  assert.ok(error instanceof GraphApiError, String(error));
  const { httpStatus, code, category } = error;
  assert.deepEqual({ httpStatus, code, category }, expected, JSON.stringify(error));
}

await step('text', async () => sent(await client.messages.sendText({ ...address, body: 'hello', previewUrl: false })));

await step('template with components', async () => {
  const parameters = ['Ada', '#1'].map((text) => ({ type: 'text', text }));
  const template = {
    name: environment('TEMPLATE'), language: { code: 'en_US' }, components: [{ type: 'body', parameters }],
  };
  sent(await client.messages.sendTemplate({ ...address, template }));
});

await step('buttons, list, location, contact, reaction', async () => {
  const buttons = [{ id: 'yes', title: 'Yes' }, { id: 'no', title: 'No' }];
  sent(await client.messages.sendInteractiveButtons({ ...address, bodyText: 'Well?', buttons }));
  const sections = [{ title: 'One', rows: [{ id: '1', title: 'First' }] }];
  sent(await client.messages.sendInteractiveList({ ...address, bodyText: 'Which?', buttonText: 'Choose', sections }));
  sent(await client.messages.sendLocation({ ...address, location: { latitude: 1.5, longitude: 2.5, name: 'Here' } }));
  const contacts = [{ name: { formattedName: 'Ada L', firstName: 'Ada' }, phones: [{ phone: to, type: 'WORK' }] }];
  sent(await client.messages.sendContacts({ ...address, contacts }));
  sent(await client.messages.sendReaction({ ...address, reaction: { messageId: environment('WROTE'), emoji: '👍' } }));
});

await step('media: upload, upload again, send, look up, download, delete', async () => {
  const upload = (bytes) => client.media.upload({
    phoneNumberId, type: 'image/png', file: new Blob([bytes], { type: 'image/png' }), fileName: 'point.png',
  });
  const { id } = await upload(picture);
  assert.equal((await upload(picture)).id, id, 'the same bytes are uploaded once');
  sent(await client.messages.sendImage({ ...address, image: { id, caption: 'a point' } }));
  const about = await client.media.get({ mediaId: id, phoneNumberId });
  assert.deepEqual([about.id, about.mimeType, Number(about.fileSize)], [id, 'image/png', picture.length]);
  const bytes = await client.media.download({ mediaId: id, phoneNumberId, auth: 'always' });
  assert.deepEqual(Buffer.from(bytes), picture);
  // Not that of the message, which waits for its turn and needs it.
  const { id: other } = await upload(Buffer.concat([picture, picture]));
  assert.equal((await client.media.delete({ mediaId: other, phoneNumberId })).success, true);
  await refused(() => client.media.get({ mediaId: other, phoneNumberId }),
    { httpStatus: 400, code: 100, category: 'parameter' });
});

await step('mark as read, with the sign of writing', async () => {
  const mark = { phoneNumberId, messageId: environment('WROTE'), typingIndicator: { type: 'text' } };
  assert.deepEqual(await client.messages.markRead(mark), { success: true });
});

await step('templates: list, create, send, delete', async () => {
  const names = async () => {
    const { data } = await client.templates.list({ businessAccountId, limit: 100 });
    return data.map((template) => template.name);
  };
  assert.ok((await names()).includes(environment('TEMPLATE')));
  const text = 'Thank you, {{1}}.';
  const template = {
    businessAccountId, name: 'client_run', language: 'en_US', category: 'UTILITY', parameterFormat: 'POSITIONAL',
    components: [{ type: 'BODY', text, example: { body_text: [['Ada']] } }],
  };
  const created = await client.templates.create(template);
  assert.match(created.id, /^\d+$/);
  assert.ok(['PENDING', 'APPROVED'].includes(created.status), created.status);
  assert.ok((await names()).includes('client_run'));
  await refused(() => client.templates.create({ ...template, name: 'Not Allowed' }),
    { httpStatus: 400, code: 100, category: 'parameter' });
  assert.equal((await client.templates.delete({ businessAccountId, name: 'client_run' })).success, true);
  assert.ok(!(await names()).includes('client_run'));
});

await step('errors have the codes that the library knows', async () => {
  const strange = { phoneNumberId, to: environment('STRANGER') };
  const unknown = { name: 'nothing', language: { code: 'en_US' } };
  const stranger = new WhatsAppClient({ baseUrl, accessToken: 'EAAG' });
  for (const [call, httpStatus, code, category] of [
    [() => stranger.messages.sendText({ ...address, body: 'x' }), 401, 190, 'authorization'],
    [() => client.messages.sendText({ ...strange, body: 'x' }), 400, 131047, 'reengagementWindow'],
    [() => client.messages.sendTemplate({ ...address, template: unknown }), 404, 132001, 'template'],
    [() => client.messages.sendText({ ...address, body: 'x'.repeat(4097) }), 400, 131009, 'parameter'],
    [() => client.messages.sendText({ ...address, phoneNumberId: '1', body: 'x' }), 400, 100, 'parameter'],
    [() => client.messages.markRead({ phoneNumberId, messageId: 'wamid.NONE' }), 400, 100, 'parameter'],
  ]) {
    await refused(call, { httpStatus, code, category });
  }
});
