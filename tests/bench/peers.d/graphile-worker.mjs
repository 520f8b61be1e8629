// graphile-worker: jobs in Postgres, locked in batches by a local queue; no rate limiter of its own.
import { makeWorkerUtils, run } from "graphile-worker";
import { adapter, CONCURRENCY, chunks, createStatuses, env, pace, post, ready, receiveIntoPostgres } from "./job.mjs";

const connectionString = env.DATABASE_URL;
const BATCH = 500; // jobs locked at once
const BATCH_DELAY_MS = 5; // completed jobs are collected this long

await adapter({
  setup: async () => {
    const utils = await makeWorkerUtils({ connectionString });
    await utils.migrate();
    await utils.release();
    await createStatuses();
  },
  accept: async (all) => {
    const utils = await makeWorkerUtils({ connectionString });
    for (const chunk of chunks(all)) {
      await utils.addJobs(chunk.map((payload) => ({ identifier: "send", payload, maxAttempts: 8 })));
    }
  },
  work: async () => {
    const utils = await makeWorkerUtils({ connectionString });
    await ready();
    // The only worker: whatever is locked was locked by one that died; without this it stays so for 4 hours.
    const dead = await utils.withPgClient((db) => db.query("SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_by IS NOT NULL"));
    if (dead.rows.length) await utils.forceUnlockWorkers(dead.rows.map((row) => row.locked_by));
    await run({
      connectionString, concurrency: CONCURRENCY, noHandleSignals: true,
      preset: {
        worker: {
          concurrentJobs: CONCURRENCY, pollInterval: 200, maxPoolSize: 12,
          localQueue: { size: BATCH }, completeJobBatchDelay: BATCH_DELAY_MS, failJobBatchDelay: BATCH_DELAY_MS,
        },
      },
      logger: undefined,
      taskList: {
        send: async (payload, { job }) => {
          await pace();
          await post(payload, job.attempts);
        },
      },
    });
  },
  receive: () => receiveIntoPostgres(async (db) => (await db.query("SELECT count(*)::int AS n FROM graphile_worker.jobs")).rows[0].n),
});
