//! The world of a scenario: an edge, an API and three workers, campaigns on several numbers, people who write, and a customer
//! who submits single messages all the while.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::watch;

use super::crowd::{self, Crowd};
use super::link::{self, Weather};
use super::process::send;
use super::small_disk::SmallDisk;
use super::support::api::{Tenant, recipients};
use super::support::app::{App, Launch, Role};
use super::support::{Plan, World};
use super::{enclave, skew};

/// Workers.
pub(crate) const WORKERS: usize = 3;
/// Numbers that have a campaign each: more than workers, so that each worker has something to lose.
const SENDERS: usize = 4;
/// Messages a second of each number.
pub(crate) const LIMIT: u32 = 60;
/// How often the processes are looked after.
const SUPERVISED_EVERY: Duration = Duration::from_millis(500);
/// Megabytes of a small disk: of the journal, and of the lake.
const SMALL_DISKS_MB: [u32; 2] = [4, 16];
/// How everything is launched: it ends with the thread that launched it, however that ends.
const BOUND_TO_US: [&str; 3] = ["setpriv", "--pdeathsig", "KILL"];

/// What to run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) scenario: &'static str,
    pub(crate) seed: u64,
    /// How long faults go on.
    pub(crate) faults: Duration,
}

/// What is special about a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terrain {
    Plain,
    /// One worker reaches Kafka, Postgres and Graph over links whose weather changes.
    Enclave,
    /// Journal and lake lie on disks that can be filled.
    SmallDisks,
    /// One worker's wall clock is wrong.
    SkewedClock,
    /// People write to the numbers that send at their limit, and not only to the one that is idle.
    Writers,
}

/// A line of the run's protocol.
pub(crate) fn say(since: Instant, text: &str) {
    println!("{:>7.1} s  {text}", since.elapsed().as_secs_f64());
}

/// A campaign under way.
#[derive(Debug, Clone)]
pub(crate) struct Campaign {
    pub(crate) tenant: Tenant,
    pub(crate) id: String,
    pub(crate) recipients: u64,
}

/// The world, and the dice.
pub(crate) struct Arena {
    /// Before the world, whose folder they are mounted in and which is deleted with it.
    pub(crate) disks: Vec<SmallDisk>,
    pub(crate) world: World,
    pub(crate) dice: StdRng,
    pub(crate) campaigns: Vec<Campaign>,
    /// The worker that the terrain is about.
    pub(crate) odd_one: usize,
    pub(crate) weather: watch::Sender<Weather>,
    /// Processes that have ended by themselves.
    pub(crate) exits: u32,
    crowd: Option<Crowd>,
    order: Order,
    opened: Instant,
    begun: Instant,
}

/// The place of a worker among the world's processes.
fn place(worker: usize) -> usize {
    2 + worker
}

impl Arena {
    /// Everything runs and the campaigns are started when this returns.
    pub(crate) async fn open(order: Order, terrain: Terrain) -> Self {
        let opened = Instant::now();
        // The streams of different scenarios differ though their seed be the same.
        let salt = order.scenario.bytes().fold(0_u64, |salt, byte| salt.wrapping_mul(31) + u64::from(byte));
        let mut dice = StdRng::seed_from_u64(order.seed ^ (salt << 32));
        let plan = Plan { roles: &[], limit: LIMIT, senders_more: SENDERS, seed: order.seed, ..Plan::default() };
        let world = World::start(plan).await;
        let odd_one = dice.random_range(0..WORKERS);
        let (weather, _) = watch::channel(Weather::FAIR);
        let mut arena = Self {
            disks: Vec::new(),
            world,
            dice,
            campaigns: Vec::new(),
            odd_one,
            weather,
            exits: 0,
            crowd: None,
            order,
            opened,
            begun: opened,
        };
        arena.prepare(terrain).await;
        arena.load(terrain).await;
        arena
    }

    async fn prepare(&mut self, terrain: Terrain) {
        let mut odd = bound_to_us();
        match terrain {
            Terrain::Plain | Terrain::Writers => {}
            Terrain::SmallDisks => self.mount_small_disks(),
            Terrain::SkewedClock => odd.environment = self.skewed_clock(),
            Terrain::Enclave => {
                let sockets = self.world.site.folder.join("sockets");
                std::fs::create_dir(&sockets).expect("a folder in a fresh folder");
                let ports = self.ports();
                link::open(&sockets, &ports, &self.weather.subscribe(), self.order.seed);
                odd.wrapper = enclave::wrapper(&sockets, &ports);
            }
        }
        let site = &self.world.site;
        let mut apps = vec![
            site.prepare(Role::Edge, "edge", "chaos-edge", bound_to_us()),
            site.prepare(Role::Api, "api", "chaos-api", bound_to_us()),
        ];
        for worker in 0..WORKERS {
            let name = format!("worker-{worker}");
            let launch = if worker == self.odd_one { odd.clone() } else { bound_to_us() };
            apps.push(site.prepare(Role::Pipeline, &name, &format!("chaos-{worker}"), launch));
        }
        apps.iter_mut().for_each(|app| app.spawn(site));
        for (index, app) in apps.iter_mut().enumerate() {
            // Nobody outside can ask a process in a network of its own.
            if terrain != Terrain::Enclave || index != place(self.odd_one) {
                app.ready(site).await;
            }
        }
        self.world.apps = apps;
        self.say(&format!("edge, API and {WORKERS} workers run in {}", self.world.site.folder.display()));
    }

    fn mount_small_disks(&mut self) {
        for (name, megabytes) in ["journal", "lake"].into_iter().zip(SMALL_DISKS_MB) {
            let folder = self.world.site.folder.join(name);
            self.disks.push(SmallDisk::mount(&folder, megabytes).expect("it could be mounted a moment ago"));
        }
    }

    fn skewed_clock(&mut self) -> Vec<(String, String)> {
        let seconds = self.dice.random_range(20..=180) * if self.dice.random() { 1 } else { -1 };
        self.say(&format!("the wall clock of worker {} is {seconds:+} s off", self.odd_one));
        let library = skew::library(&self.world.site.folder).expect("it could be compiled a moment ago");
        skew::environment(&library, seconds)
    }

    /// Ports of Kafka, Postgres and Graph.
    fn ports(&self) -> [u16; 3] {
        let port = |address: &str| address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let postgres = self.world.services.postgres.rsplit_once('/').expect("a URL with a database").0;
        [port(&self.world.services.kafka), port(postgres), self.world.simulator.addr().port()]
    }

    async fn load(&mut self, terrain: Terrain) {
        let each = u64::from(LIMIT) * self.order.faults.as_secs();
        for (index, sender) in self.world.senders.iter().take(SENDERS).enumerate() {
            let mut tenant = self.world.tenant.clone();
            tenant.sender.clone_from(sender);
            let first = index * each as usize;
            let id = tenant.campaign(recipients(first..first + each as usize)).await;
            tenant.start(&id).await;
            self.campaigns.push(Campaign { tenant, id, recipients: each });
        }
        let written_to = if terrain == Terrain::Writers { 0..SENDERS } else { SENDERS..SENDERS + 1 };
        self.crowd = Some(Crowd::gather(&self.world, self.world.senders[written_to].to_vec()));
        self.say(&format!("{SENDERS} campaigns of {each} messages at {LIMIT} a second each, and single messages"));
        self.begun = Instant::now();
    }

    pub(crate) fn say(&self, text: &str) {
        say(self.opened, text);
    }

    /// Whether faults go on.
    pub(crate) fn goes_on(&self) -> bool {
        self.begun.elapsed() < self.order.faults
    }

    /// A time between two faults; the dice decide.
    pub(crate) async fn wait(&mut self, milliseconds: RangeInclusive<u64>) {
        let until = tokio::time::Instant::now() + Duration::from_millis(self.dice.random_range(milliseconds));
        while tokio::time::Instant::now() < until {
            tokio::time::sleep_until(until.min(tokio::time::Instant::now() + SUPERVISED_EVERY)).await;
            self.supervise();
        }
    }

    /// Starts again what has ended by itself, as a service manager does, and counts it.
    pub(crate) fn supervise(&mut self) {
        let opened = self.opened;
        for app in &mut self.world.apps {
            if let Some(status) = app.has_ended() {
                self.exits += 1;
                say(opened, &format!("{} has ended by itself, {status}: {}", app.name, app.last_line()));
                app.spawn(&self.world.site);
            }
        }
    }

    /// One of the workers.
    pub(crate) fn any_worker(&mut self) -> usize {
        self.dice.random_range(0..WORKERS)
    }

    pub(crate) fn worker(&mut self, worker: usize) -> &mut App {
        &mut self.world.apps[place(worker)]
    }

    pub(crate) fn kill(&mut self, worker: usize) {
        if let Some(pid) = self.worker(worker).pid() {
            self.worker(worker).kill();
            self.say(&format!("kill -9 of worker {worker} (pid {pid})"));
        }
    }

    /// Starts a worker that does not run.
    pub(crate) fn revive(&mut self, worker: usize) {
        if self.worker(worker).pid().is_none() {
            self.world.apps[place(worker)].spawn(&self.world.site);
            self.say(&format!("worker {worker} is started again"));
        }
    }

    /// Sends a signal to a worker.
    pub(crate) fn signal(&mut self, worker: usize, signal: &str) {
        let pid = self.worker(worker).pid().expect("the worker runs");
        send(signal, pid);
        self.say(&format!("SIG{signal} to worker {worker} (pid {pid})"));
    }

    /// SIGSTOP or SIGCONT of the edge: while it stands still, Meta's webhooks wait.
    pub(crate) fn signal_edge(&mut self, signal: &str) {
        send(signal, self.world.apps[0].pid().expect("the edge runs"));
        self.say(&format!("SIG{signal} to the edge"));
    }

    /// No more single messages; gives what was submitted and written.
    pub(crate) async fn end_crowd(&mut self) -> crowd::Account {
        self.crowd.take().expect("there is one crowd").disperse().await
    }
}

fn bound_to_us() -> Launch {
    Launch { wrapper: BOUND_TO_US.map(str::to_owned).to_vec(), environment: Vec::new() }
}
