#include "cli/mesh/control_plane.h"

#include <fmt/format.h>

namespace weft::cli {
namespace {

using api::Json;

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
  return object[key].get<std::string>();
}

Exit exit_of(int status) {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return Exit::invalid;
    case 401:
    case 403:
      return Exit::not_allowed;
    case 504:
      return Exit::timed_out;
    default:
      return Exit::failed;
  }
}

std::string query_of(const Selection& selection) {
  std::string query;
  const auto add = [&](std::string_view key, std::string_view value) {
    query += query.empty() ? "?" : "&";
    query.append(key).append("=").append(escape(value));
  };
  if (!selection.labels.empty()) add("labelSelector", selection.labels);
  if (!selection.name.empty()) add("fieldSelector", "metadata.name=" + selection.name);
  return query;
}

Applied read_applied(Json answer) {
  Applied applied;
  for (const auto& item : answer.value("items", Json::array())) {
    const auto kind_name = text_of(item, "kind");
    const auto* kind = api::find_kind(text_of(item, "apiVersion"), kind_name);
    if (!kind) kind = api::find_kind_by_word(kind_name);
    std::string slug(kind ? std::string(kind->singular) : kind_name);
    if (kind && !kind->group.empty()) slug.append(".").append(kind->group);
    applied.objects.push_back({slug + "/" + text_of(item, "name"), text_of(item, "result")});
  }
  if (answer.contains("metadata")) applied.revision = text_of(answer["metadata"], "resourceVersion");
  for (const auto& warning : answer.value("warnings", Json::array())) {
    applied.warnings.push_back(warning.is_string() ? warning.get<std::string>() : warning.dump());
  }
  applied.answer = std::move(answer);
  return applied;
}

// The revision an event moves a watch to; bookmarks carry one, too.
std::string revision_of(const Json& event) {
  const Json::json_pointer place("/object/metadata/resourceVersion");
  return event.contains(place) && event[place].is_string() ? event[place].get<std::string>() : "";
}

}  // namespace

std::string escape(std::string_view text) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string escaped;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::string collection_path(const api::Kind& kind, const std::string& namespace_name) {
  std::string path = (kind.group.empty() ? "/api/" : "/apis/") + kind.api_version();
  if (kind.is_namespaced() && !namespace_name.empty()) path += "/namespaces/" + escape(namespace_name);
  return path.append("/").append(kind.plural);
}

Failure failure_of(int status, const Json& body) {
  Failure failure{.exit = exit_of(status), .what = text_of(body, "message")};
  if (failure.what.empty()) failure.what = fmt::format("weftd answered with status {}", status);
  const Json::json_pointer causes("/details/causes");
  if (failure.exit != Exit::invalid || !body.is_object() || !body.contains(causes) || body[causes].empty())
    return failure;
  failure.what = "weftd refused the input; nothing was changed";  // its message only repeats the causes
  for (const auto& cause : body[causes]) {
    const auto field = text_of(cause, "field");
    auto message = text_of(cause, "message");
    if (!field.empty() && !message.starts_with(field)) message = field + ": " + message;
    failure.details += "  " + message + "\n";
  }
  return failure;
}

bool ControlPlane::is_ready() const {
  const auto answer = call(clock_, state_.weftd_socket(), {.path = "/readyz", .longest = std::chrono::seconds(2)});
  return answer && answer->status == 200;
}

Expected<Json> ControlPlane::get(std::string_view path) const {
  return exchange({.path = std::string(path)});
}

Expected<Json> ControlPlane::post(std::string_view path, const Json& body) const {
  return exchange({.method = "POST", .path = std::string(path), .body = body.dump()});
}

Expected<Json> ControlPlane::object(const api::Kind& kind, const std::string& namespace_name,
                                    const std::string& name) const {
  auto found = get(collection_path(kind, namespace_name) + "/" + escape(name));
  if (found || found.error().exit != Exit::failed) return found;
  if (kind.is_namespaced()) found.error().what += " in namespace \"" + namespace_name + "\"";
  found.error().hint = state_.command("get " + std::string(kind.plural) + (kind.is_namespaced() ? " -A" : ""));
  return found;
}

Expected<ControlPlane::List> ControlPlane::list(const api::Kind& kind, const Selection& selection) const {
  auto answer = get(collection_path(kind, selection.namespace_name) + query_of(selection));
  if (!answer) return stop(std::move(answer).error());
  List list;
  if (answer->contains("metadata")) list.revision = text_of((*answer)["metadata"], "resourceVersion");
  for (auto& item : (*answer)["items"]) {
    item["kind"] = kind.kind;
    item["apiVersion"] = kind.api_version();
    list.items.push_back(std::move(item));
  }
  return list;
}

Expected<Json> ControlPlane::remove(std::string_view path) const {
  return exchange({.method = "DELETE", .path = std::string(path)});
}

Expected<Json> ControlPlane::remove(const api::Kind& kind, const std::string& namespace_name,
                                    const std::string& name) const {
  return remove(collection_path(kind, namespace_name) + "/" + escape(name));
}

Expected<Applied> ControlPlane::apply(const std::vector<Json>& objects, DryRun dry_run) const {
  std::string path = "/apis/weft.dev/v1/apply?fieldValidation=Strict";
  if (dry_run == DryRun::yes) path += "&dryRun=All";
  const Json list = {{"apiVersion", "v1"}, {"kind", "List"}, {"items", objects}};
  auto answer = exchange({.method = "POST", .path = path, .body = list.dump()});
  if (!answer) return stop(std::move(answer).error());
  return read_applied(*std::move(answer));
}

Expected<Json> ControlPlane::wait_for_proxies(const std::string& revision, Duration longest) const {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(longest).count();
  return exchange(
      {.path = fmt::format("/apis/weft.dev/v1/sync?resourceVersion={}&timeoutSeconds={}", escape(revision), seconds),
       .longest = longest + std::chrono::seconds(5)});
}

Expected<bool> ControlPlane::watch(const api::Kind& kind, const Selection& selection, std::string revision,
                                   Duration longest, const OnEvent& on_event) const {
  const Time end = clock_.now() + longest;
  bool stopped = false;
  const auto take = [&](std::string_view line) {
    const auto event = Json::parse(line, nullptr, false);
    if (event.is_discarded()) return Follow::on;
    if (auto moved = revision_of(event); !moved.empty()) revision = std::move(moved);
    stopped = text_of(event, "type") != "BOOKMARK" && on_event(event) == Follow::stop;
    return stopped ? Follow::stop : Follow::on;
  };
  while (!stopped && clock_.now() < end) {
    auto query = query_of(selection);
    query += (query.empty() ? "?" : "&") + ("watch=1&allowWatchBookmarks=true&resourceVersion=" + escape(revision));
    const auto answer =
        follow(clock_, state_.weftd_socket(),
               {.path = collection_path(kind, selection.namespace_name) + query, .longest = end - clock_.now()}, take);
    if (!answer && answer.error().reason == Reason::timed_out) return true;
    if (!answer) return stop(unreachable(answer.error()));
    if (answer->status != 200) return stop(failure_of(answer->status, Json::parse(answer->body, nullptr, false)));
  }
  return true;
}

Expected<Json> ControlPlane::exchange(const LocalRequest& request) const {
  const auto answer = call(clock_, state_.weftd_socket(), request);
  if (!answer) return stop(unreachable(answer.error()));
  auto body = Json::parse(answer->body, nullptr, false);
  if (answer->status >= 300) return stop(failure_of(answer->status, body));
  if (body.is_discarded()) return stop(Exit::failed, "weftd's answer to " + request.path + " is not JSON");
  return body;
}

Failure ControlPlane::unreachable(const Error& error) const {
  if (error.reason == Reason::timed_out) {
    return {.exit = Exit::unreachable,
            .what = "the control plane did not answer in time",
            .hint = state_.command("logs --weftd")};
  }
  Failure failure{.exit = Exit::unreachable, .what = "no mesh is running here", .hint = state_.command("up")};
  failure.details = "  state folder " + state_.root.string() + ": " + error.detail + "\n";
  return failure;
}

}  // namespace weft::cli
