// Call: one request to the API, read whole and split into what handlers ask for; and its answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/resource.h"
#include "control/apiserver/refusal.h"
#include "control/ca/api_tokens.h"
#include "http/message.h"

namespace weft::control {

// Decoded query parameters; of one that is repeated, the first, unless all are asked for. A value.
class Query {
 public:
  // Fails (400) on a broken escape.
  static Reply<Query> parse(std::string_view text);

  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }
  // Every value, in the order of the query.
  std::vector<std::string> all(std::string_view name) const;
  bool is_true(std::string_view name) const { return get(name) == "true" || get(name) == "1"; }
  std::optional<uint64_t> number(std::string_view name) const;

 private:
  std::multimap<std::string, std::string, std::less<>> values_;
};

// A value; lives as long as its exchange.
struct Call {
  http::RequestHead head;
  std::vector<std::string> path;  // decoded segments, no empty ones
  Query query;
  std::string body;
  Role caller = Role::viewer;

  // Without parameters, lower-case: "application/json". Empty when there is none.
  std::string content_type() const;
  bool is_dry_run() const { return query.get("dryRun") == "All"; }
  // The query's fieldValidation; Warn when it says nothing, as Kubernetes.
  Reply<api::Strictness> strictness() const;
};

// Splits a request's target. The body is filled in by whoever reads it.
Reply<Call> read_target(const http::RequestHead& head);

// The request's body as JSON; YAML and Kubernetes' protobuf are taken, too. An empty body reads as null.
Reply<api::Json> body_json(const Call& call, size_t size_max);

// What goes back. `warnings` become Warning headers, which kubectl prints.
struct Answer {
  uint16_t code = 200;
  std::string body;
  std::vector<std::string> warnings;
  std::string content_type = "application/json";
};

Answer answer_with(const api::Json& json, uint16_t code = 200);
Answer answer_with(const Refusal& refusal);

}  // namespace weft::control
