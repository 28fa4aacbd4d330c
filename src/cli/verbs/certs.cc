#include <algorithm>
#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "base/read_file.h"
#include "cli/mesh/certificate_changes.h"
#include "cli/mesh/certificates.h"
#include "cli/mesh/chain_report.h"
#include "cli/mesh/config_dump.h"
#include "cli/text/output.h"
#include "cli/text/progress.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// A root's change waits for every proxy of the mesh; certificates are asked for within two seconds.
constexpr auto kPatience = std::chrono::seconds(60);

// What every action works with.
struct Certs {
  Session& session;
  ControlPlane weftd;
  std::vector<std::string> words;  // behind the action

  std::ostream& out() const { return session.screen.out; }
  Format format() const { return format_of(session.call.value_or("output", "table")); }
  std::string done(std::string_view what) const {
    return fmt::format("{} {}\n", session.screen.out_style.paint(Tone::good, "✔"), what);
  }
};

Expected<Time> deadline_of(const Certs& certs) {
  const auto longest = timeout_of(certs.session.call, kPatience);
  if (!longest) return stop(longest.error());
  return certs.session.clock.now() + *longest;
}

// What is meant by a word: the certificate of that serial, or those of the pods.
Expected<std::vector<Json>> meant_by(const Certs& certs, const std::string& word, const std::vector<Json>& all) {
  for (const Json& one : all)
    if (one.value("serial", "") == word) return std::vector<Json>{one};
  const auto pods = certs.weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(pods.error());
  const auto services = certs.weftd.list(*api::find_kind_by_word("services"), {});
  if (!services) return stop(services.error());
  const auto named = find_pods(word, certs.session.namespace_name(), pods->items, services->items);
  if (!named) return stop(named.error());
  auto found = certificates_of(*named, all);
  if (found.empty())
    return stop(Exit::failed, "no certificate is on record for \"" + word + "\"; has it a sidecar?",
                "weft certs list -A");
  return found;
}

// Certificates of every pod that there is.
Expected<std::vector<Json>> meant_by_all(const Certs& certs, const std::vector<Json>& all) {
  const auto pods = pods_in(certs.weftd);
  if (!pods) return stop(pods.error());
  return certificates_of(*pods, all);
}

Outcome list_certificates(Certs& certs) {
  auto all = certificates_in(certs.weftd);
  if (!all) return stop(std::move(all).error());
  if (!certs.session.call.has("all-namespaces")) {
    std::erase_if(*all, [space = certs.session.namespace_name()](const Json& one) {
      return one.value("namespace", "") != space;
    });
  }
  if (certs.format() != Format::table) {
    certs.out() << print(*all, certs.format());
  } else if (all->empty()) {
    certs.session.screen.err << "No certificate is on record.\n";
  } else {
    certs.out() << render(certificates_table(*all));
  }
  return Exit::ok;
}

Expected<std::vector<tls::Certificate>> recorded_chain(const Certs& certs, const std::string& serial) {
  const auto one = certs.weftd.get(std::string(kCertificatesPath) + "/" + escape(serial));
  if (!one) return stop(one.error());
  auto chain = tls::read_certificates(one->value("chain", ""));
  if (!chain) return stop(std::move(chain).error());
  return *std::move(chain);
}

Outcome show_certificates(Certs& certs) {
  const auto all = certificates_in(certs.weftd);
  if (!all) return stop(all.error());
  auto meant = meant_by(certs, certs.words.front(), *all);
  if (!meant) return stop(std::move(meant).error());
  if (meant->size() > 1) std::erase_if(*meant, [](const Json& one) { return !is_in_use(one); });
  Json shown = Json::array();
  for (const Json& one : *meant) {
    const auto chain = recorded_chain(certs, one.value("serial", ""));
    if (!chain) return stop(chain.error());
    if (certs.format() == Format::table) {
      certs.out() << fmt::format("{}{}/{}, {}, {}% left\n", shown.empty() ? "" : "\n", one.value("namespace", ""),
                                 one.value("pod", ""), one.value("state", ""), one.value("remainingPercent", 0))
                  << describe_chain(*chain);
    }
    shown.push_back(one);
    shown.back()["chain"] = chain_json(*chain);
  }
  if (certs.format() != Format::table) certs.out() << print(shown, certs.format());
  return Exit::ok;
}

// What a proxy shows now, or what is in the file.
Expected<std::vector<tls::Certificate>> chain_to_verify(const Certs& certs) {
  if (const auto file = certs.session.call.value("file")) {
    constexpr size_t kBytesMax = 1 << 20;  // a chain is a few KiB
    const auto text = read_file(certs.session.surroundings.working_folder / *file, kBytesMax);
    if (!text) return stop(Exit::failed, text.error().detail);
    auto chain = tls::read_certificates(*text);
    if (!chain) return stop(Exit::invalid, *file + ": " + chain.error().detail);
    return *std::move(chain);
  }
  const auto asked = dump_of_operand(certs.session, 1);
  if (!asked) return stop(asked.error());
  return shown_chain(read_config_dump(asked->dump));
}

Outcome verify_chain(Certs& certs) {
  auto chain = chain_to_verify(certs);
  if (!chain) return stop(std::move(chain).error());
  const auto trust = certs.weftd.get(kTrustPath);
  if (!trust) return stop(trust.error());
  const auto all = certificates_in(certs.weftd);
  if (!all) return stop(all.error());
  ShownChain shown{.chain = *std::move(chain), .roots = {}, .now = certs.session.clock.wall_now()};
  shown.trust_domains = trust->value("trustDomains", std::vector<std::string>());
  for (const Json& root : trust->value("roots", Json::array()))
    if (auto one = tls::Certificate::from_pem(root.value("pem", ""))) shown.roots.push_back(*std::move(one));
  for (const Json& one : *all)
    if (one.value("state", "") == "revoked") shown.revoked.insert(one.value("serial", ""));
  const auto checks = check_shown_chain(shown);
  if (certs.format() != Format::table) {
    certs.out() << print(chain_checks_json(checks), certs.format());
  } else {
    certs.out() << render(chain_checks_table(checks));
  }
  return all_hold(checks) ? Exit::ok : Exit::findings;
}

// Whether the pod's proxy shows another one by now. A proxy that can't be asked is taken at weftd's word.
bool shows_another(const Certs& certs, const Json& certificate) {
  const PodName pod{certificate.value("namespace", ""), certificate.value("pod", "")};
  const auto dump = config_dump(certs.session, certs.weftd.state(), pod);
  if (!dump) return true;
  const auto chain = shown_chain(read_config_dump(*dump));
  return chain.empty() || chain.front().serial() != certificate.value("serial", "");
}

Expected<bool> wait_until_shown(const Certs& certs, const std::vector<Json>& replaced, Patience& patience) {
  for (const Json& one : replaced) {
    while (!shows_another(certs, one)) {
      const auto goes_on = patience.pause();
      if (!goes_on) return goes_on;
      if (!*goes_on)
        return stop(Exit::timed_out, "the proxy of pod " + one.value("namespace", "") + "/" + one.value("pod", "") +
                                         " has a new certificate, but does not show it yet");
    }
  }
  return true;
}

Outcome rotate_certificates(Certs& certs) {
  const Time began = certs.session.clock.now();
  const auto deadline = deadline_of(certs);
  if (!deadline) return stop(deadline.error());
  Patience patience{certs.session.clock, *deadline};
  const auto all = certificates_in(certs.weftd);
  if (!all) return stop(all.error());
  const bool everybody = certs.session.call.has("all");
  auto meant = everybody ? meant_by_all(certs, *all) : meant_by(certs, certs.words.front(), *all);
  if (!meant) return stop(std::move(meant).error());
  std::erase_if(*meant, [](const Json& one) { return !is_in_use(one); });
  if (meant->empty()) return stop(Exit::failed, "no such certificate is in use", "weft certs list -A");
  auto done = mark_and_wait(certs.weftd, serials_of(*meant), "replace", patience);
  if (!done) return stop(std::move(done).error());
  if (done = wait_until_shown(certs, *meant, patience); !done) return stop(std::move(done).error());
  certs.out() << certs.done(fmt::format("{} replaced and in use, after {}", counted(meant->size(), "certificate"),
                                        spoken(certs.session.clock.now() - began)));
  return Exit::ok;
}

bool is_confirmed(const Certs& certs, size_t count) {
  if (certs.session.call.has("yes")) return true;
  certs.session.screen.err << "Nobody will accept " << counted(count, "certificate")
                           << " any more; connections that were made with them are cut. Go on? [y/N] " << std::flush;
  std::string answer;
  if (certs.session.surroundings.input != nullptr) std::getline(*certs.session.surroundings.input, answer);
  return answer == "y" || answer == "yes";
}

Outcome revoke_certificates(Certs& certs) {
  const auto deadline = deadline_of(certs);
  if (!deadline) return stop(deadline.error());
  const auto all = certificates_in(certs.weftd);
  if (!all) return stop(all.error());
  auto meant = meant_by(certs, certs.words.front(), *all);
  if (!meant) return stop(std::move(meant).error());
  std::erase_if(*meant, [](const Json& one) {
    const auto state = one.value("state", "");
    return state == "revoked" || state == "expired";
  });
  if (meant->empty()) return stop(Exit::failed, "no such certificate holds any more", "weft certs list -A");
  if (!is_confirmed(certs, meant->size()))
    return stop(Exit::failed, "nothing was revoked", "weft certs revoke --yes, to be asked nothing");
  Patience patience{certs.session.clock, *deadline};
  auto done = mark_and_wait(certs.weftd, serials_of(*meant), "revoked", patience);
  if (!done) {
    done.error().what = "revoked, but " + done.error().what;
    return stop(std::move(done).error());
  }
  certs.out() << certs.done(counted(meant->size(), "certificate") + " revoked; their pods have new ones");
  return Exit::ok;
}

Outcome show_root(Certs& certs) {
  const auto trust = certs.weftd.get(kTrustPath);
  if (!trust) return stop(trust.error());
  certs.out() << (certs.format() == Format::table ? describe_trust(*trust) : print(*trust, certs.format()));
  return Exit::ok;
}

// What a step has led to.
std::string_view told(std::string_view phase) {
  if (phase == "introduced") return "introduced: a new root is trusted beside the present one";
  if (phase == "switched") return "switched: the new root issues; everybody is given a certificate of it";
  return "retired: the old root is trusted no more";
}

Outcome rotate_root(Certs& certs) {
  const auto deadline = deadline_of(certs);
  if (!deadline) return stop(deadline.error());
  Patience patience{certs.session.clock, *deadline};
  const bool all_steps = certs.session.call.has("all-steps");
  const auto readiness = all_steps || certs.session.call.has("wait") ? Readiness::wait : Readiness::demand;
  while (true) {
    const auto trust = take_root_step(certs.weftd, readiness, patience);
    if (!trust) return stop(trust.error());
    const auto phase = trust->value("phase", "");
    certs.out() << certs.done(told(phase)) << std::flush;
    if (phase == "steady") return Exit::ok;
    if (all_steps) continue;
    certs.out() << "Next: " << certs.weftd.state().command("certs root rotate --wait") << "\n";
    return Exit::ok;
  }
}

Outcome run_root(Certs& certs) {
  if (certs.words.empty()) return show_root(certs);
  if (certs.words.front() == "rotate") return rotate_root(certs);
  return stop(Exit::usage, "weft certs root takes \"rotate\" or nothing, not \"" + certs.words.front() + "\"");
}

// How many words an action takes, when a flag does not stand for them.
Expected<bool> check_words(const Certs& certs, const std::string& action) {
  const auto& call = certs.session.call;
  const bool is_named = (action == "rotate" && call.has("all")) || (action == "verify" && call.has("file"));
  const size_t wanted = action == "list" || is_named ? 0 : 1;
  if (action == "root" || certs.words.size() == wanted) return true;
  const auto what = wanted == 0 ? "nothing more" : "one pod, deployment, service or serial";
  return stop(Exit::usage, fmt::format("weft certs {} takes {} here", action, what), "weft certs --help");
}

Outcome run_certs(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const auto& operands = session.call.operands;
  Certs certs{session, ControlPlane(*std::move(state), session.clock), {operands.begin() + 1, operands.end()}};
  const std::string& action = operands.front();
  if (auto fits = check_words(certs, action); !fits) return stop(fits.error());
  if (action == "list") return list_certificates(certs);
  if (action == "show") return show_certificates(certs);
  if (action == "verify") return verify_chain(certs);
  if (action == "rotate") return rotate_certificates(certs);
  if (action == "revoke") return revoke_certificates(certs);
  return run_root(certs);
}

}  // namespace

Command certs_command() {
  return {.name = "certs",
          .group = "proxy",
          .summary = "Show, verify, replace and revoke workloads' certificates; change the mesh's root",
          .details =
              "POD may be a pod's name, deploy/NAME, svc/NAME or the serial of a certificate. `verify` judges what the "
              "pod's "
              "proxy\nshows now as its peers would, and ends with 3 when they would refuse it. `root` shows the roots; "
              "`root "
              "rotate` takes\nthe next of three steps: the new root is trusted, it issues, the old one goes. Each is "
              "refused "
              "until every proxy has\nfollowed the one before.",
          .operands = {.usage = "list|show POD|verify POD|rotate POD|revoke POD|root [rotate]",
                       .min = 1,
                       .max = 2,
                       .first = {"list", "show", "verify", "rotate", "revoke", "root"}},
          .flags = {{.name = "all-namespaces", .letter = 'A', .help = "list: of every namespace"},
                    {.name = "file", .value = "FILE", .help = "verify: a chain in PEM, the leaf first"},
                    {.name = "all", .help = "rotate: every certificate in use"},
                    {.name = "yes", .letter = 'y', .help = "revoke: without a question"},
                    {.name = "wait", .help = "root rotate: wait until the mesh is ready for the step"},
                    {.name = "all-steps", .help = "root rotate: all steps that are left, waiting before each"},
                    timeout_flag("how long proxies may take to follow (default 60s)"),
                    table_output_flag()},
          .examples = {{"every certificate that was issued", "weft certs list -A"},
                       {"would its peers accept it?", "weft certs verify -n nodejs-app deploy/nodejs-api-v1"},
                       {"new keys and certificates for a service", "weft certs rotate -n nodejs-app svc/nodejs-api"},
                       {"a new root, under traffic", "weft certs root rotate --all-steps"}},
          .run = run_certs};
}

}  // namespace weft::cli
