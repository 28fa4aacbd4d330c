#include <ostream>

#include "cli/input/object_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// The objects of one kind that were found.
struct Found {
  const api::Kind* kind = nullptr;
  std::vector<Json> objects;
  std::string revision;
};

// One run of `weft get`.
class Get {
 public:
  Get(Session& session, StateFolder state)
      : session_(session),
        weftd_(std::move(state), session.clock),
        format_(format_of(session.call.value_or("output", "table"))),
        namespaces_(session.call.has("all-namespaces") ? Namespaces::shown : Namespaces::hidden) {}

  Outcome run() {
    const auto named = read_object_words(session_.call.operands);
    if (!named) return stop(named.error());
    std::vector<Found> found;
    for (const auto& one : *named) {
      auto objects = find(one);
      if (!objects) return stop(std::move(objects).error());
      found.push_back(*std::move(objects));
    }
    if (session_.call.has("watch")) return watch(*named, found);
    print_all(*named, found);
    return Exit::ok;
  }

 private:
  Selection selection(const api::Kind& kind) const {
    Selection wanted{.namespace_name = {}, .labels = session_.call.value_or("selector", ""), .name = {}};
    if (kind.is_namespaced() && namespaces_ == Namespaces::hidden) wanted.namespace_name = session_.namespace_name();
    return wanted;
  }

  Expected<Found> find(const NamedObjects& named) const {
    Found found{.kind = named.kind, .objects = {}, .revision = {}};
    if (named.names.empty()) {
      auto list = weftd_.list(*named.kind, selection(*named.kind));
      if (!list) return stop(std::move(list).error());
      return Found{named.kind, std::move(list->items), std::move(list->revision)};
    }
    for (const auto& name : named.names) {
      auto object = weftd_.object(*named.kind, named.kind->is_namespaced() ? session_.namespace_name() : "", name);
      if (!object) return stop(std::move(object).error());
      found.revision = (*object)["metadata"].value("resourceVersion", "");
      found.objects.push_back(*std::move(object));
    }
    return found;
  }

  void print_all(const std::vector<NamedObjects>& named, const std::vector<Found>& found) {
    size_t count = 0;
    for (const auto& one : found) count += one.objects.size();
    if (count == 0 && format_ != Format::json && format_ != Format::yaml) return say_nothing_found();
    if (format_ == Format::name) return print_names(found);
    if (format_ == Format::json || format_ == Format::yaml) {
      const bool single = named.size() == 1 && named.front().names.size() == 1;
      session_.screen.out << print(single ? found.front().objects.front() : as_list(found), format_);
      return;
    }
    bool first = true;
    for (const auto& one : found) {
      if (one.objects.empty()) continue;
      if (!first) session_.screen.out << "\n";
      first = false;
      session_.screen.out << render(table(one, found.size() > 1));
    }
  }

  // With several kinds the names say which, as kubectl's do.
  Table table(const Found& found, bool several) const {
    auto rows = table_of(*found.kind, found.objects, format_, namespaces_, session_.clock.wall_now());
    const size_t name_column = namespaces_ == Namespaces::shown && found.kind->is_namespaced() ? 1 : 0;
    for (size_t i = 0; several && i < rows.rows.size(); ++i) {
      rows.rows[i][name_column] = slug_of(*found.kind, found.objects[i]);
    }
    return rows;
  }

  void print_names(const std::vector<Found>& found) {
    for (const auto& one : found) {
      for (const auto& object : one.objects) session_.screen.out << slug_of(*one.kind, object) << "\n";
    }
  }

  static Json as_list(const std::vector<Found>& found) {
    Json list = {{"apiVersion", "v1"}, {"kind", "List"}, {"metadata", Json::object()}, {"items", Json::array()}};
    for (const auto& one : found) {
      for (const auto& object : one.objects) list["items"].push_back(object);
    }
    return list;
  }

  void say_nothing_found() {
    session_.screen.err << "Nothing found";
    if (namespaces_ == Namespaces::hidden) session_.screen.err << " in namespace " << session_.namespace_name();
    session_.screen.err << ".\n";
  }

  Outcome watch(const std::vector<NamedObjects>& named, const std::vector<Found>& found) {
    if (named.size() != 1 || named.front().names.size() > 1) {
      return stop(Exit::usage, "--watch follows one kind, or one object of it");
    }
    const auto& one = found.front();
    auto wanted = selection(*one.kind);
    if (!named.front().names.empty()) wanted.name = named.front().names.front();
    print_first(one);
    const auto followed =
        weftd_.watch(*one.kind, wanted, one.revision, std::chrono::hours(24 * 365), [&](const Json& event) {
          print_event(*one.kind, event);
          return Follow::on;
        });
    if (!followed) return stop(followed.error());
    return Exit::ok;
  }

  void print_first(const Found& found) {
    if (format_ != Format::table && format_ != Format::wide) {
      for (const auto& object : found.objects) print_one(*found.kind, object);
    } else {
      const auto all = table(found, false);
      for (const auto& heading : all.headings) widths_.push_back(heading.size());
      std::vector<size_t> before = widths_;
      const auto rows = render_rows(all, widths_);
      session_.screen.out << render_rows({{}, {all.headings}}, widths_) << rows;
    }
    session_.screen.out.flush();
  }

  void print_event(const api::Kind& kind, const Json& event) {
    if (!event.contains("object") || event.value("type", "") == "ERROR") return;
    Json object = event["object"];
    object["kind"] = kind.kind;
    object["apiVersion"] = kind.api_version();
    print_one(kind, object);
    session_.screen.out.flush();
  }

  void print_one(const api::Kind& kind, const Json& object) {
    if (format_ == Format::name) {
      session_.screen.out << slug_of(kind, object) << "\n";
    } else if (format_ == Format::yaml) {
      session_.screen.out << "---\n" << print(object, format_);
    } else if (format_ == Format::json) {
      session_.screen.out << print(object, format_);
    } else {
      session_.screen.out << render_rows(table({&kind, {object}, {}}, false), widths_);
    }
  }

  Session& session_;
  ControlPlane weftd_;
  Format format_;
  Namespaces namespaces_;
  std::vector<size_t> widths_;
};

Outcome run_get(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  return Get(session, *std::move(state)).run();
}

}  // namespace

Command get_command() {
  return {
      .name = "get",
      .group = "config",
      .summary = "List objects",
      .operands = {.usage = "KIND[,KIND...] [NAME...]", .min = 1, .max = 1000},
      .flags = {output_flag(),
                {.name = "all-namespaces", .letter = 'A', .help = "of every namespace"},
                {.name = "selector", .letter = 'l', .value = "LABELS", .help = "only with these labels: app=a,tier!=b"},
                {.name = "watch", .letter = 'w', .help = "go on with every change"}},
      .examples = {{"the pods of a namespace", "weft get pods -n nodejs-app"},
                   {"what an object says", "weft get virtualservice nodejs-api -n nodejs-app -o yaml"},
                   {"everything, everywhere", "weft get all -A"}},
      .run = run_get};
}

}  // namespace weft::cli
