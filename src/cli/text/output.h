// -o: the same objects as a table, YAML, JSON or names. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kinds.h"
#include "api/tree.h"
#include "base/clock.h"
#include "cli/text/table.h"
#include "cli/words/command.h"

namespace weft::cli {

enum class Format : uint8_t { table, wide, yaml, json, name };

// The -o flag of a verb that prints objects, and of one that prints a table that has no objects.
Flag output_flag();
Flag table_output_flag();
Format format_of(const std::string& word);

enum class Namespaces : uint8_t { hidden, shown };

// Objects of one kind as rows under NAME, the kind's own columns and AGE, with NAMESPACE in front where asked for.
Table table_of(const api::Kind& kind, const std::vector<api::Json>& objects, Format format, Namespaces namespaces,
               WallTime now);

// "virtualservice.networking.istio.io/nodejs-api", "pod/x".
std::string slug_of(const api::Kind& kind, const api::Json& object);

// "VirtualService nodejs-app/nodejs-api".
std::string title_of(const api::Json& object);

// YAML or JSON text of one value, ended by a line feed. For Format::yaml and Format::json.
std::string print(const api::Json& value, Format format);

// The rows of a table as JSON objects, keyed by the headings in lower camel case: "RESTARTS" is "restarts".
api::Json rows_as_json(const Table& table);

}  // namespace weft::cli
