// Describe<T>: builds the FieldTable of T, one field after another, each bound to the member it fills:
//   Describe<Subset>("Subset", "...").field("name", &Subset::name, "...").required().field(...)
#pragma once

#include <type_traits>

#include "api/codec.h"
#include "api/field_table.h"
#include "api/metadata.h"

namespace weft::api {

// What a list or a map is made of; for others, the type itself.
template <class T>
struct ElementOf {
  using type = T;
};
// Looks through an optional: its list's element counts.
template <class T>
struct ElementOf<std::optional<T>> : ElementOf<T> {};
// The element of a list.
template <class T>
struct ElementOf<std::vector<T>> {
  using type = T;
};
// The value of a map.
template <class T>
struct ElementOf<std::map<std::string, T, std::less<>>> {
  using type = T;
};

// The builder. Calls after field() qualify the field just added.
template <class T>
class Describe {
 public:
  Describe(std::string_view name, std::string_view description) : table_(name, description) {}

  template <class Member>
  Describe& field(std::string_view name, Member T::* member, std::string_view description) {
    using Element = typename ElementOf<Member>::type;
    Field field = named(name, description);
    field.shape = Codec<Member>::kShape;
    field.element = Codec<Element>::kShape;
    if constexpr (Described<Element>) field.nested = &Element::fields;
    if constexpr (Choice<Element>) {
      for (const auto& choice : choices_of(Element{})) {
        if (choice.modern.empty()) field.choices.push_back(choice.name);
      }
    }
    field.read = [member](const Place& place, const Field& self, void* object) {
      Codec<Member>::read(place, self, static_cast<T*>(object)->*member);
    };
    field.write = [member](const Field& self, const void* object, Json& out) {
      const Member& value = static_cast<const T*>(object)->*member;
      if (is_initial(value, T{}.*member)) return;
      Json written = Codec<Member>::write(value);
      if (Described<Member> && written.empty()) return;  // nothing in it is set
      out[std::string(self.name)] = std::move(written);
    };
    table_.fields_.push_back(std::move(field));
    return *this;
  }

  // A field with reading and writing of its own; `nested` describes it when it is an object.
  Describe& custom(std::string_view name, void (*read)(const Place&, T&), std::string_view description,
                   const FieldTable& (*nested)() = nullptr) {
    Field field = named(name, description);
    field.shape = nested != nullptr ? Shape::object : Shape::any;
    field.nested = nested;
    field.read = [read](const Place& place, const Field&, void* object) { read(place, *static_cast<T*>(object)); };
    table_.fields_.push_back(std::move(field));
    return *this;
  }

  // A nested map in YAML whose fields are members of T itself; `table` describes them.
  Describe& flattened(std::string_view name, const FieldTable& (*table)(), std::string_view description) {
    Field field = named(name, description);
    field.shape = Shape::object;
    field.nested = table;
    field.read = [table](const Place& place, const Field&, void* object) { table().read(place, object); };
    field.write = [table](const Field& self, const void* object, Json& out) {
      Json written = table().write(object);
      if (!written.empty()) out[std::string(self.name)] = std::move(written);
    };
    table_.fields_.push_back(std::move(field));
    return *this;
  }

  // apiVersion, kind and metadata of a whole object: described here, read by check().
  Describe& object_head() {
    names_only({"apiVersion"}, Standing::kept), last().description = "The API group and version of the object.";
    names_only({"kind"}, Standing::kept), last().description = "The kind of the object.";
    names_only({"metadata"}, Standing::kept), last().description = "Name, namespace, labels, annotations.";
    last().shape = Shape::object;
    last().nested = &Metadata::fields;
    return *this;
  }

  // Names of fields that are kept as they are, silently or with a warning.
  Describe& kept(std::initializer_list<std::string_view> names) { return names_only(names, Standing::kept); }
  Describe& unused(std::initializer_list<std::string_view> names) { return names_only(names, Standing::unused); }

  Describe& required() { return last().required = true, *this; }
  Describe& later() { return last().standing = Standing::later, *this; }
  Describe& in_force() { return last().standing = Standing::in_force, *this; }
  Describe& legacy(std::string_view modern) { return last().modern = modern, *this; }
  Describe& by_default(std::string_view text) { return last().default_text = text, *this; }
  Describe& at_least(double minimum) { return last().minimum = minimum, *this; }
  Describe& between(double minimum, double maximum) { return last().maximum = maximum, at_least(minimum); }
  Describe& check(TextCheck check) { return last().check = check, *this; }
  Describe& check_keys(TextCheck check) { return last().key_check = check, *this; }
  Describe& one_of(std::vector<std::string_view> choices) { return last().choices = std::move(choices), *this; }
  Describe& may_be_zero() { return last().zero_allowed = true, *this; }

  // Runs after all fields are read: checks that span fields, old spellings, computed defaults.
  Describe& finish(void (*finish)(const Place&, T&)) {
    table_.finish_ = [finish](const Place& place, void* object) { finish(place, *static_cast<T*>(object)); };
    return *this;
  }

  operator FieldTable() { return std::move(table_); }

 private:
  static Field named(std::string_view name, std::string_view description) {
    Field field;
    field.name = name;
    field.description = description;
    return field;
  }

  Describe& names_only(std::initializer_list<std::string_view> names, Standing standing) {
    for (const auto name : names) {
      Field field = named(name, "A field that Weft keeps as it is.");
      field.standing = standing;
      table_.fields_.push_back(std::move(field));
    }
    return *this;
  }

  // Nothing to write: a scalar as it was made, an empty list or map, an optional without value.
  template <class Member>
  static bool is_initial(const Member& value, const Member& initial) {
    if constexpr (requires { value.has_value(); }) {
      return !value.has_value();
    } else if constexpr (!std::is_same_v<Member, std::string> && requires { value.empty(); }) {
      return value.empty();
    } else if constexpr (std::equality_comparable<Member>) {
      return value == initial;
    } else {
      return false;
    }
  }

  Field& last() { return table_.fields_.back(); }

  FieldTable table_;
};

}  // namespace weft::api
