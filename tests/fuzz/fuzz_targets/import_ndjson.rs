#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| posthaste_oracles::import_ndjson(data));
