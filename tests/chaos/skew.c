/* Preloaded into one worker: its wall clock is CHAOS_CLOCK_SKEW_S seconds off. Its monotonic clock is right, as that of a
 * machine with a wrong clock is.
 *
 * libfaketime was tried first. It turns the clock under librdkafka but not the C library's cnd_timedwait, to which librdkafka
 * gives times by that clock: with a clock that is slow its threads spin, with one that is fast they sleep, and the worker
 * never joins its group. Here only what is asked by clock_gettime is turned: Rust's SystemTime. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, time);
    const char *skew = getenv("CHAOS_CLOCK_SKEW_S");
    if (!failed && clock == CLOCK_REALTIME && skew)
        time->tv_sec += atoi(skew);
    return failed;
}
