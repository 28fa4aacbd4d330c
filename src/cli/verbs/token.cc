#include <ostream>

#include "cli/input/files.h"
#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kTokensPath = "/apis/weft.dev/v1/tokens";

// The admin's own, with the token in the place of the admin's.
Expected<std::string> kubeconfig_for(const StateFolder& state, const std::string& token) {
  auto text = read_file(state.kubeconfig());
  const auto own = read_file(state.root / "keys/admin.token");
  if (!text || !own || own->empty())
    return stop(Exit::failed, "there is no kubeconfig in " + state.root.string(), state.command("up"));
  for (size_t at = text->find(*own); at != std::string::npos; at = text->find(*own, at + token.size()))
    text->replace(at, own->size(), token);
  return *std::move(text);
}

Outcome create_token(Session& session, const ControlPlane& weftd) {
  const std::string& name = session.call.operands[1];
  Json body{{"name", name}, {"role", session.call.value_or("role", "viewer")}};
  if (const auto given = session.call.value("expires")) {
    const auto lifetime = parse_duration(*given);
    if (!lifetime)
      return stop(Exit::usage, "--expires can't be \"" + *given + "\"; it is a duration such as 12h or 720h");
    body["expiresSeconds"] = std::chrono::floor<std::chrono::seconds>(*lifetime).count();
  }
  const auto made = weftd.post(kTokensPath, body);
  if (!made) return stop(made.error());
  const auto token = made->value("token", "");
  if (!session.call.has("kubeconfig")) {
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
  Table table{.headings = {"NAME", "ROLE", "CREATED", "EXPIRES"}, .rows = {}};
  for (const Json& one : items)
    table.rows.push_back(
        {one.value("name", ""), one.value("role", ""), one.value("created", ""), one.value("expires", "")});
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
          "needs none.",
      .operands = {.usage = "create NAME|list|delete NAME", .min = 1, .max = 2, .first = {"create", "list", "delete"}},
      .flags = {{.name = "role",
                 .value = "ROLE",
                 .help = "create: viewer (the default), editor or admin",
                 .choices = {"viewer", "editor", "admin"}},
                {.name = "expires",
                 .value = "DURATION",
                 .help = "create: how long it holds (default 720h, at most 8760h)"},
                {.name = "kubeconfig", .help = "create: print a kubeconfig with the token in it"},
                table_output_flag()},
      .examples = {{"a kubeconfig for somebody who only looks",
                    "weft token create dashboard --role viewer --kubeconfig > dashboard.kubeconfig"}},
      .run = run_token};
}

}  // namespace weft::cli
