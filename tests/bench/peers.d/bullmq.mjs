// BullMQ: jobs in Redis, its own rate limiter, statuses in a Redis set for each kind.
import { Queue, Worker } from "bullmq";
import Redis from "ioredis";
import { adapter, CONCURRENCY, chunks, env, post, RATE, ready, receive } from "./job.mjs";

const connection = { host: "127.0.0.1", port: Number(env.REDIS_PORT), maxRetriesPerRequest: null };
const WINDOW_MS = 50; // the limiter's windows are fixed: short ones keep a sliding second nearly within the limit
const KINDS = ["sent", "delivered", "read", "failed"];

await adapter({
  setup: async () => {
    await new Redis(connection).flushall();
  },
  accept: async (all) => {
    const queue = new Queue("send", { connection });
    const opts = { attempts: 8, backoff: { type: "exponential", delay: 1000 }, removeOnComplete: true };
    for (const chunk of chunks(all)) await queue.addBulk(chunk.map((data) => ({ name: "send", data, opts })));
  },
  work: async () => {
    const worker = new Worker("send", (job) => post(job.data, job.attemptsMade + 1), {
      connection, autorun: false, concurrency: CONCURRENCY, lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 8,
      ...(RATE && { limiter: { max: Math.round((RATE * WINDOW_MS) / 1000), duration: WINDOW_MS } }),
    });
    worker.on("error", console.error);
    await worker.waitUntilReady();
    await ready();
    worker.run();
  },
  receive: () => {
    const redis = new Redis(connection);
    const queue = new Queue("send", { connection });
    receive({
      store: async (statuses) => {
        const pipeline = redis.pipeline();
        for (const [id, status] of statuses) pipeline.sadd(`statuses:${status}`, id);
        for (const [error] of await pipeline.exec()) if (error) throw error;
      },
      count: async () => {
        const statuses = await Promise.all(KINDS.map(async (kind) => [kind, await redis.scard(`statuses:${kind}`)]));
        const pending = await queue.getJobCountByTypes("wait", "active", "delayed", "prioritized");
        return { statuses: Object.fromEntries(statuses), pending };
      },
    });
  },
});
