// pg-boss: jobs in Postgres, fetched and completed in batches; no rate limiter of its own that counts POSTs.
import { PgBoss } from "pg-boss";
import { adapter, CONCURRENCY, chunks, createStatuses, env, pace, post, ready, receiveIntoPostgres } from "./job.mjs";

const QUEUE = "send";
const LOOPS = 4; // batches under way at once
const IDLE_MS = 200;
const started = async (options = {}) => {
  const boss = new PgBoss({ connectionString: env.DATABASE_URL, max: 12, ...options });
  boss.on("error", console.error);
  await boss.start();
  return boss;
};

async function loop(boss) {
  for (;;) {
    const jobs = await boss.fetch(QUEUE, { batchSize: Math.ceil(CONCURRENCY / LOOPS), includeMetadata: true });
    if (!jobs.length) await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const done = [];
    const failed = [];
    await Promise.all(
      jobs.map(async (job) => {
        await pace();
        await post(job.data, job.retryCount + 1).then(() => done.push(job.id), () => failed.push(job.id));
      }),
    );
    if (done.length) await boss.complete(QUEUE, done);
    if (failed.length) await boss.fail(QUEUE, failed);
  }
}

await adapter({
  setup: async () => {
    const boss = await started();
    await boss.createQueue(QUEUE, { retryLimit: 8, retryDelay: 1, retryBackoff: true, expireInSeconds: 15 });
    await createStatuses();
  },
  accept: async (all) => {
    const boss = await started({ supervise: false, schedule: false });
    for (const chunk of chunks(all)) await boss.insert(QUEUE, chunk.map((data) => ({ data })));
  },
  work: async () => {
    // What a dead worker had fetched is found by the monitor, once its 15 s are over.
    const boss = await started({ monitorIntervalSeconds: 5, superviseIntervalSeconds: 5 });
    await ready();
    for (let i = 0; i < LOOPS; i++) loop(boss).catch((error) => { console.error(error); process.exit(1); });
  },
  receive: () =>
    receiveIntoPostgres(async (db) => (await db.query("SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1 AND state < 'completed'", [QUEUE])).rows[0].n),
});
