// Codec<T>: how a value of type T is read from a place and written as JSON. Leaves are in codec.cc; optionals, lists,
// maps and described structs are put together from them here.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/field_table.h"
#include "api/istio/virtual_service.h"
#include "api/kubernetes/deployment.h"
#include "api/kubernetes/service.h"
#include "base/clock.h"

namespace weft::api {

// A member of an enumeration by its name in YAML. `number` is protobuf's; `modern` marks an old name.
template <class E>
struct ChoiceName {
  std::string_view name;
  E value;
  int number = 0;
  std::string_view modern = {};
};

// The names of an enumeration, found by argument-dependent lookup: `std::span<const ChoiceName<E>> choices_of(E)`.
template <class E>
concept Choice = std::is_enum_v<E> && requires(E value) { choices_of(value); };

template <class T>
concept Described = requires {
  { T::fields() } -> std::same_as<const FieldTable&>;
};

template <class T>
struct Codec;

// Scalars. Each read() reports what is wrong and leaves `value` alone then.
template <>
struct Codec<std::string> {
  static constexpr Shape kShape = Shape::text;
  static bool read(const Place& place, const Field& field, std::string& value);
  static Json write(const std::string& value) { return value; }
};

// true or false; nothing else, not even in protobuf's dialect.
template <>
struct Codec<bool> {
  static constexpr Shape kShape = Shape::boolean;
  static bool read(const Place& place, const Field& field, bool& value);
  static Json write(bool value) { return value; }
};

// A number within the field's limits, whole or not.
template <>
struct Codec<double> {
  static constexpr Shape kShape = Shape::number;
  static bool read(const Place& place, const Field& field, double& value);
  static Json write(double value) { return value; }
};

// A duration of whole milliseconds, 1 ms or more unless the field says that zero is fine.
template <>
struct Codec<Duration> {
  static constexpr Shape kShape = Shape::duration;
  static bool read(const Place& place, const Field& field, Duration& value);
  static Json write(Duration value);
};

// Bytes, in base64 on both ways.
template <>
struct Codec<istio::Bytes> {
  static constexpr Shape kShape = Shape::base64;
  static bool read(const Place& place, const Field& field, istio::Bytes& value);
  static Json write(const istio::Bytes& value);
};

// Kubernetes' IntOrString for ports: 1 to 65535, or a name.
template <>
struct Codec<kubernetes::PortReference> {
  static constexpr Shape kShape = Shape::port;
  static bool read(const Place& place, const Field& field, kubernetes::PortReference& value);
  static Json write(const kubernetes::PortReference& value);
};

// Kubernetes' IntOrString for counts: a number, or a percentage as text.
template <>
struct Codec<kubernetes::CountOrPercent> {
  static constexpr Shape kShape = Shape::count;
  static bool read(const Place& place, const Field& field, kubernetes::CountOrPercent& value);
  static Json write(const kubernetes::CountOrPercent& value);
};

// A whole number within [least, most] and the field's own limits; as text, a sign and digits.
struct WholeNumber {
  bool negative = false;
  uint64_t magnitude = 0;
};
std::optional<WholeNumber> read_whole_number(const Place& place, const Field& field, int64_t least, uint64_t most);

// Whole numbers of any width, within the type's range and the field's limits.
template <std::integral T>
struct Codec<T> {
  static constexpr Shape kShape = Shape::integer;
  static bool read(const Place& place, const Field& field, T& value) {
    const auto number = read_whole_number(place, field, static_cast<int64_t>(std::numeric_limits<T>::min()),
                                          static_cast<uint64_t>(std::numeric_limits<T>::max()));
    if (!number) return false;
    value = static_cast<T>(number->negative ? ~number->magnitude + 1 : number->magnitude);
    return true;
  }
  static Json write(T value) { return value; }
};

// Finds `name` or number among the choices; reports an unknown one, and an old name with its modern spelling.
struct ChoiceEntry {
  std::string_view name;
  int number = 0;
  std::string_view modern;
};
std::optional<size_t> read_choice(const Place& place, const std::vector<ChoiceEntry>& entries);

// Enumerations by name; old names are taken with a warning.
template <Choice T>
struct Codec<T> {
  static constexpr Shape kShape = Shape::choice;
  static bool read(const Place& place, const Field&, T& value) {
    std::vector<ChoiceEntry> entries;
    for (const auto& choice : choices_of(T{})) entries.push_back({choice.name, choice.number, choice.modern});
    const auto index = read_choice(place, entries);
    if (index) value = choices_of(T{})[*index].value;
    return index.has_value();
  }
  static Json write(T value) {
    for (const auto& choice : choices_of(value)) {
      if (choice.value == value && choice.modern.empty()) return choice.name;
    }
    return nullptr;
  }
};

// Structs with a table of their own.
template <Described T>
struct Codec<T> {
  static constexpr Shape kShape = Shape::object;
  static bool read(const Place& place, const Field&, T& value) {
    T::fields().read(place, &value);
    return true;
  }
  static Json write(const T& value) { return T::fields().write(&value); }
};

// Set when the field is there and reads well; a null in YAML never gets here.
template <class T>
struct Codec<std::optional<T>> {
  static constexpr Shape kShape = Codec<T>::kShape;
  static bool read(const Place& place, const Field& field, std::optional<T>& value) {
    T inner{};
    if (!Codec<T>::read(place, field, inner)) return false;
    value = std::move(inner);
    return true;
  }
  static Json write(const std::optional<T>& value) { return value ? Codec<T>::write(*value) : Json(nullptr); }
};

// Report that a list, or a map, is due; true when it is there.
bool expect_list(const Place& place);
bool expect_map(const Place& place);
// An element that is null; reported.
bool is_missing_element(const Place& place);
bool check_key(const Place& place, const Field& field, const MapEntry& entry);

// A list; elements that do not read well stay as they were made, so that indices keep their meaning.
template <class T>
struct Codec<std::vector<T>> {
  static constexpr Shape kShape = Shape::list;
  static bool read(const Place& place, const Field& field, std::vector<T>& value) {
    if (!expect_list(place)) return false;
    for (size_t i = 0; i < place.node().items.size(); ++i) {
      const Place item = place.item(i);
      T& element = value.emplace_back();
      if (!is_missing_element(item)) Codec<T>::read(item, field, element);
    }
    return true;
  }
  static Json write(const std::vector<T>& value) {
    Json list = Json::array();
    for (const T& element : value) list.push_back(Codec<T>::write(element));
    return list;
  }
};

// A map with text keys, each checked by the field's key check.
template <class T>
struct Codec<std::map<std::string, T, std::less<>>> {
  static constexpr Shape kShape = Shape::map;
  static bool read(const Place& place, const Field& field, std::map<std::string, T, std::less<>>& value) {
    if (!expect_map(place)) return false;
    for (const MapEntry& entry : place.node().entries) {
      const Place item = place.entry(entry);
      if (!check_key(place, field, entry) || is_missing_element(item)) continue;
      Codec<T>::read(item, field, value[entry.key]);
    }
    return true;
  }
  static Json write(const std::map<std::string, T, std::less<>>& value) {
    Json map = Json::object();
    for (const auto& [key, element] : value) map[key] = Codec<T>::write(element);
    return map;
  }
};

}  // namespace weft::api
