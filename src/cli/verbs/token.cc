#include <ostream>

#include "api/kubeconfig.h"
#include "base/read_file.h"
#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"
#include "tls/signing_request.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kTokensPath = "/apis/weft.dev/v1/tokens";

// The admin's own, with the token in the place of the admin's.
Expected<std::string> kubeconfig_for(const StateFolder& state, const std::string& token) {
  auto text = read_file(state.kubeconfig(), kOwnFileBytesMax);
  const auto own = read_file(state.root / "keys/admin.token", kOwnFileBytesMax);
  if (!text || !own || own->empty())
    return stop(Exit::failed, "there is no kubeconfig in " + state.root.string(), state.command("up"));
  for (size_t at = text->find(*own); at != std::string::npos; at = text->find(*own, at + token.size()))
    text->replace(at, own->size(), token);
  return *std::move(text);
}

// What is to be made: a token, printed alone or in a kubeconfig, for this machine or others, or a client certificate.
struct Plan {
  std::string server;  // empty: this machine's plain port
  bool has_certificate = false;
  bool prints_kubeconfig = false;
};

Expected<Plan> plan_of(const Session& session) {
  Plan plan{.server = session.call.value_or("server", ""),
            .has_certificate = session.call.has("certificate"),
            .prints_kubeconfig = session.call.has("kubeconfig") || session.call.has("certificate")};
  if (!plan.server.empty() && !plan.server.starts_with("https://"))
    return stop(Exit::usage, "--server can't be \"" + plan.server + "\": who comes from elsewhere comes over TLS",
                "--server https://HOST:PORT, as weft up --api-listen has it");
  if (plan.has_certificate && plan.server.empty())
    return stop(Exit::usage, "--certificate needs --server: certificates are shown over TLS only",
                "--server https://HOST:PORT, as weft up --api-listen has it");
  return plan;
}

Expected<std::string> roots_of(const ControlPlane& weftd) {
  const auto trust = weftd.get("/apis/weft.dev/v1/trust");
  if (!trust) return stop(trust.error());
  std::string roots;
  for (const Json& root : trust->value("roots", Json::array())) roots += root.value("pem", "");
  return roots;
}

// A key of our own, which stays here, and the request for a certificate for it.
struct KeyWithRequest {
  std::string key;
  std::string request;
};

Expected<KeyWithRequest> make_key() {
  const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256);
  if (!key) return stop(key.error());
  auto text = key->to_pem();
  if (!text) return stop(text.error());
  auto request = tls::make_signing_request(*key, "");
  if (!request) return stop(request.error());
  return KeyWithRequest{*std::move(text), *std::move(request)};
}

// For other machines.
Outcome print_remote(Session& session, const ControlPlane& weftd, api::Kubeconfig config) {
  auto roots = roots_of(weftd);
  if (!roots) return stop(roots.error());
  config.roots = *std::move(roots);
  session.screen.out << api::to_text(config);
  return Exit::ok;
}

Outcome create_token(Session& session, const ControlPlane& weftd) {
  const auto plan = plan_of(session);
  if (!plan) return stop(plan.error());
  const std::string& name = session.call.operands[1];
  Json body{{"name", name}, {"role", session.call.value_or("role", "viewer")}};
  KeyWithRequest own;
  if (plan->has_certificate) {
    auto key = make_key();
    if (!key) return stop(key.error());
    own = *std::move(key);
    body["request"] = own.request;
  }
  if (const auto given = session.call.value("expires")) {
    const auto lifetime = parse_duration(*given);
    if (!lifetime)
      return stop(Exit::usage, "--expires can't be \"" + *given + "\"; it is a duration such as 12h or 720h");
    body["expiresSeconds"] = std::chrono::floor<std::chrono::seconds>(*lifetime).count();
  }
  const auto made = weftd.post(kTokensPath, body);
  if (!made) return stop(made.error());
  const auto token = made->value("token", "");
  if (plan->prints_kubeconfig && !plan->server.empty())
    return print_remote(session, weftd,
                        {.server = plan->server,
                         .roots = {},
                         .name = name,
                         .token = token,
                         .certificate = made->value("certificate", ""),
                         .key = std::move(own.key)});
  if (!plan->prints_kubeconfig) {
    session.screen.out << token << "\n";
    return Exit::ok;
  }
  const auto text = kubeconfig_for(weftd.state(), token);
  if (!text) return stop(text.error());
  session.screen.out << *text;
  return Exit::ok;
}

Outcome list_tokens(Session& session, const ControlPlane& weftd) {
  const auto answer = weftd.get(kTokensPath);
  if (!answer) return stop(answer.error());
  const Json items = answer->value("items", Json::array());
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(items, format);
    return Exit::ok;
  }
  Table table{.headings = {"NAME", "ROLE", "BY", "CREATED", "EXPIRES"}, .rows = {}};
  for (const Json& one : items)
    table.rows.push_back({one.value("name", ""), one.value("role", ""), one.value("proof", ""),
                          one.value("created", ""), one.value("expires", "")});
  if (items.empty()) session.screen.err << "No token was made.\n";
  if (!items.empty()) session.screen.out << render(table);
  return Exit::ok;
}

Outcome run_token(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*std::move(state), session.clock);
  const auto& words = session.call.operands;
  const bool is_list = words.front() == "list";
  if (words.size() != (is_list ? 1u : 2u))
    return stop(Exit::usage, "weft token " + words.front() + (is_list ? " takes no name" : " needs one name"),
                "weft token --help");
  if (is_list) return list_tokens(session, weftd);
  if (words.front() == "create") return create_token(session, weftd);
  const auto gone = weftd.remove(std::string(kTokensPath) + "/" + escape(words[1]));
  if (!gone) return stop(gone.error());
  session.screen.out << "token/" << words[1] << " deleted\n";
  return Exit::ok;
}

}  // namespace

Command token_command() {
  return {
      .name = "token",
      .group = "operate",
      .summary = "Make tokens with which others may call the API, each in a role",
      .details =
          "A viewer looks at everything but secrets; an editor changes workloads and policies outside of istio-system; "
          "an "
          "admin\nalso changes who is trusted. The token is printed once and kept nowhere. Who may open the state "
          "folder "
          "needs none.\nWith --certificate a client certificate stands in the token's place, whose key never leaves "
          "this "
          "command; other\nmachines show it where weft up --api-listen lets them in. delete takes back either.",
      .operands = {.usage = "create NAME|list|delete NAME", .min = 1, .max = 2, .first = {"create", "list", "delete"}},
      .flags =
          {{.name = "role",
            .value = "ROLE",
            .help = "create: viewer (the default), editor or admin",
            .choices = {"viewer", "editor", "admin"}},
           {.name = "expires", .value = "DURATION", .help = "create: how long it holds (default 720h, at most 8760h)"},
           {.name = "kubeconfig", .help = "create: print a kubeconfig with the token in it"},
           {.name = "server",
            .value = "URL",
            .help = "create: https://HOST:PORT of the API for other machines, for their kubeconfig"},
           {.name = "certificate", .help = "create: print a kubeconfig with a client certificate in place of a token"},
           table_output_flag()},
      .examples = {{"a kubeconfig for somebody who only looks",
                    "weft token create dashboard --role viewer --kubeconfig > dashboard.kubeconfig"}},
      .run = run_token};
}

}  // namespace weft::cli
