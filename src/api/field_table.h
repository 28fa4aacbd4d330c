// FieldTable: the one declaration of a structured type. From it come reading with positions, unknown-field hints,
// defaults, validation, printing, `weft explain` and the OpenAPI document. Tables are built once, by the fields()
// functions of the typed values, and never change.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/place.h"
#include "api/tree.h"

namespace weft::api {

class FieldTable;

// What a field does today.
enum class Standing : uint8_t {
  in_force,  // read and acted on
  later,     // read, checked and printed; a warning says that its behaviour comes later
  kept,      // Kubernetes' own; kept as it is, nothing in a mesh depends on it
  unused,    // Kubernetes' own; kept, and a warning says that nothing here acts on it
};

// What is wrong with a text, as the end of a sentence that begins with the text; nothing when it is fine.
using TextCheck = std::optional<std::string> (*)(std::string_view text);

// The shape of a value, for people and for OpenAPI.
enum class Shape : uint8_t {
  text,
  integer,
  number,
  boolean,
  duration,
  base64,
  port,
  count,
  choice,
  object,
  list,
  map,
  any
};

// One field of one type.
struct Field {
  std::string_view name;
  std::string_view description;
  Shape shape = Shape::any;
  Shape element = Shape::any;               // of a list or map
  const FieldTable& (*nested)() = nullptr;  // of an object, or of the elements
  std::vector<std::string_view> choices;    // of a choice, or of choices in a list
  std::string_view default_text;
  Standing standing = Standing::in_force;
  bool required = false;
  std::string_view modern;  // an old spelling: what to write instead, as a sentence
  std::optional<double> minimum;
  std::optional<double> maximum;
  TextCheck check = nullptr;      // texts, also those of lists and maps
  TextCheck key_check = nullptr;  // keys of maps
  bool zero_allowed = false;      // durations: Istio's least is 1 ms elsewhere
  std::function<void(const Place&, const Field&, void* object)> read;
  std::function<void(const Field&, const void* object, Json& out)> write;

  // "string", "list of HTTPRoute", "map of string to StringMatch".
  std::string type_name() const;
};

// The fields of one type, in the order people think of them.
class FieldTable {
 public:
  FieldTable(std::string_view name, std::string_view description) : name_(name), description_(description) {}

  std::string_view name() const { return name_; }
  std::string_view description() const { return description_; }
  const std::vector<Field>& fields() const { return fields_; }
  const Field* find(std::string_view name) const;

  // Fills `object` (of the type that the table was described for) and reports everything that is wrong.
  void read(const Place& place, void* object) const;
  // The fields that are set, in their modern spelling.
  Json write(const void* object) const;

 private:
  template <class T>
  friend class Describe;

  const Field* match(const Place& place, const MapEntry& entry) const;
  void report_unknown(const Place& place, const MapEntry& entry) const;
  void read_field(const Place& place, const MapEntry& entry, const Field& field, void* object) const;

  std::string_view name_;
  std::string_view description_;
  std::vector<Field> fields_;
  std::function<void(const Place&, void* object)> finish_;
};

// Reads a typed value with the table of its type.
template <class T>
T read_value(const Place& place) {
  T value;
  T::fields().read(place, &value);
  return value;
}

}  // namespace weft::api
