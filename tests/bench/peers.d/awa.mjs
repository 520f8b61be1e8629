// awa: the receiver. Jobs are accepted and sent by the Rust program beside this file.
import { adapter, receiveIntoPostgres } from "./job.mjs";

const PENDING = "SELECT count(*)::int AS n FROM awa.jobs WHERE state::text IN ('available', 'running', 'scheduled', 'retryable')";

await adapter({ receive: () => receiveIntoPostgres(async (db) => (await db.query(PENDING)).rows[0].n) });
