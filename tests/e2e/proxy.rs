//! The example of a proxy, in a real nginx in front of two servers in production.

use std::{
    fs,
    io::Read as _,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    api::PASSWORD,
    home::{Home, Server},
    market::fresh_email,
    secure::{CERTIFICATE, KEY, renew, trusting},
};

/// Where nginx calls the servers from, so that it differs from where clients call nginx from.
const PROXY: &str = "127.0.0.3";

/// A running nginx, ended when dropped.
struct Nginx {
    process: Child,
    plain: u16,
    secure: u16,
}

impl Nginx {
    /// Starts nginx with the example, which is changed only in what depends on the machine: ports, files and servers.
    fn start(home: &Home, servers: &[Server; 2]) -> Self {
        let [plain, secure] = free_ports();
        let address = |server: &Server| server.base().trim_start_matches("http://").to_owned();
        let mut example = include_str!("../../deploy/proxy/nginx.conf").to_owned();
        for (from, to) in [
            ("    listen [::]:80;\n", String::new()),
            ("    listen [::]:443 ssl http2;\n", String::new()),
            ("listen 80;", format!("listen 127.0.0.1:{plain};")),
            ("listen 443 ssl http2;", format!("listen 127.0.0.1:{secure} ssl http2;")),
            ("server 127.0.0.1:8000 ", format!("server {} ", address(&servers[0]))),
            ("# server 127.0.0.1:8001 ", format!("server {} ", address(&servers[1]))),
            (
                "/etc/letsencrypt/live/instainstru.example.com/fullchain.pem",
                home.path(CERTIFICATE).display().to_string(),
            ),
            (
                "/etc/letsencrypt/live/instainstru.example.com/privkey.pem",
                home.path(KEY).display().to_string(),
            ),
        ] {
            assert!(example.contains(from), "the example has no {from:?} any more");
            example = example.replacen(from, &to, 1);
        }
        let directory = home.path("nginx");
        fs::create_dir(&directory).unwrap();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {}/{kind};\n", directory.display()))
            .concat();
        let whole = format!(
            "daemon off;\npid {0}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\
             proxy_bind {PROXY};\ninclude {0}/site;\n}}\n",
            directory.display()
        );
        fs::write(directory.join("site"), example).unwrap();
        fs::write(directory.join("nginx.conf"), whole).unwrap();
        let mut process = nginx(&directory)
            .stderr(Stdio::piped())
            .spawn()
            .expect("nginx is not installed: run `cargo xtask setup`");
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, secure)).is_err() {
            if process.try_wait().unwrap().is_some() || Instant::now() > deadline {
                let _ended = process.kill();
                let mut said = String::new();
                process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                panic!("nginx does not take the example:\n{said}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Self { process, plain, secure }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers when it is asked to end; both fail only when it is gone.
        let _asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let _ended = self.process.wait();
    }
}

fn nginx(directory: &Path) -> Command {
    let mut command = Command::new("nginx");
    // Its workers have to read the directory, which belongs to whoever runs the tests.
    let user = if is_root() { "user root;" } else { "" };
    command.arg("-p").arg(directory).arg("-c").arg(directory.join("nginx.conf")).args(["-g", user]);
    command.stdin(Stdio::null());
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0"
}

fn free_ports() -> [u16; 2] {
    let listeners = [0; 2].map(|_nth| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

#[test]
fn the_example_of_nginx_guards_and_balances_two_servers() {
    let home = Home::postgres();
    let certificate = renew(&home);
    let production = [
        ("ENVIRONMENT", "production"),
        ("HOST", "127.0.0.1"),
        ("SECRET_KEY", "Kn7sVb2qXw9eRt4yUi6oPa1sDf3gHj5k"),
        ("TRUSTED_PROXIES", PROXY),
    ];
    home.succeed(&["migrate"], &production);
    let servers = [0; 2].map(|_nth| home.start(&production));
    let nginx = Nginx::start(&home, &servers);
    let (base, client) = (format!("https://127.0.0.1:{}", nginx.secure), trusting(&certificate));

    // Nothing goes without TLS.
    let led = client.get(format!("http://127.0.0.1:{}/search?q=piano", nginx.plain)).call().unwrap();
    assert_eq!(led.status(), 308);
    assert_eq!(led.headers()["location"].to_str().unwrap(), "https://127.0.0.1/search?q=piano");
    let answer = client.get(format!("{base}/api/v1/services/categories")).call().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("strict-transport-security"));

    // The servers learn who called nginx, and not what the caller says of itself.
    let email = fresh_email("admin");
    let account = json!({"email": email, "password": PASSWORD, "full_name": "Grace", "role": "student"});
    let opened = client
        .post(format!("{base}/api/v1/auth/register"))
        .header("X-Forwarded-For", "6.6.6.6")
        .send_json(&account)
        .unwrap();
    assert_eq!(opened.status(), 201);
    home.succeed(&["admin", "grant", &email], &production);
    let session: serde_json::Value = client
        .post(format!("{base}/api/v1/auth/login"))
        .header("X-Forwarded-For", "6.6.6.6")
        .send_form([("username", email.as_str()), ("password", PASSWORD)])
        .unwrap()
        .body_mut()
        .read_json()
        .unwrap();
    let token = format!("Bearer {}", session["access_token"].as_str().unwrap());
    let audit = client.get(format!("{base}/api/v1/admin/audit")).header("Authorization", token).call();
    let audit = audit.unwrap().body_mut().read_to_string().unwrap();
    assert!(audit.contains("127.0.0.1") && !audit.contains("6.6.6.6") && !audit.contains(PROXY), "{audit}");

    // Bodies that no request of ours has are refused before they reach a server.
    let flood = vec![b' '; 3 << 20];
    assert_eq!(client.post(format!("{base}/api/v1/bookings")).send(&flood[..]).unwrap().status(), 413);

    // One server dies, and nobody who reads notices.
    let [first, second] = servers;
    first.kill();
    for nth in 0..40 {
        let answer = client.get(format!("{base}/api/v1/services/categories")).call().unwrap();
        assert_eq!(answer.status(), 200, "request {nth}");
    }
    drop(nginx);
    second.stop();
}
