#include "http/h2/hpack/encoder.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "http/h2/hpack/huffman.h"
#include "http/h2/hpack/integer.h"
#include "http/h2/hpack/static_table.h"

namespace weft::http::h2::hpack {
namespace {

// Keys of names: those of HeaderId, behind them the pseudo ones, behind them hashes of the rest.
constexpr uint8_t kPseudoKeys = 64;
constexpr uint8_t kOtherKeys = kPseudoKeys + 8;
constexpr uint8_t kKeys = 128;

constexpr uint8_t key_of(Pseudo which) {
  return static_cast<uint8_t>(kPseudoKeys + static_cast<uint8_t>(which));
}
constexpr uint8_t key_of_other(std::string_view name) {
  const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(name[at])); };
  const uint32_t mixed =
      static_cast<uint32_t>(name.size()) * 31 + byte(0) * 7 + byte(name.size() / 2) * 13 + byte(name.size() - 1) * 57;
  return static_cast<uint8_t>(kOtherKeys + mixed % (kKeys - kOtherKeys));
}
constexpr uint8_t key_of(const StaticEntry& entry) {
  if (entry.kind.pseudo != Pseudo::none) return key_of(entry.kind.pseudo);
  if (entry.kind.id != HeaderId::other) return static_cast<uint8_t>(entry.kind.id);
  return key_of_other(entry.name);
}

// The first static entry of each key. A name that shares its key with an earlier one goes without; it is compared.
constexpr std::array<uint8_t, kKeys> kStaticIndexes = [] {
  std::array<uint8_t, kKeys> indexes{};
  for (uint8_t index = kStaticEntries; index > 0; --index) indexes[key_of(kStaticTable[index - 1])] = index;
  return indexes;
}();

constexpr std::array<std::string_view, 8> kPseudoNames = {"",      "",          ":authority", ":method",
                                                          ":path", ":protocol", ":scheme",    ":status"};

// Constant time: a field is compared as a whole before it counts as found.
uint32_t hash_of(uint8_t key, std::string_view value) {
  uint64_t front = 0;
  uint64_t back = 0;
  if (value.size() >= 8) {
    std::memcpy(&front, value.data(), 8);
    std::memcpy(&back, value.data() + value.size() - 8, 8);
  } else {
    std::memcpy(&front, value.data(), value.size());
  }
  uint64_t mixed = (front ^ (back << 17 | back >> 47)) + (uint64_t{key} << 32 | value.size());
  mixed *= 0x9E3779B97F4A7C15;
  mixed ^= mixed >> 29;
  mixed *= 0xBF58476D1CE4E5B9;
  return static_cast<uint32_t>(mixed >> 32);
}

// A short cookie can be guessed byte by byte where an attacker sees sizes; the others are secrets as such.
constexpr size_t kGuessableCookie = 20;
bool is_secret(const Field& field) {
  if (field.indexing == Indexing::never) return true;
  if (field.id == HeaderId::cookie) return field.value.size() < kGuessableCookie;
  return field.id == HeaderId::authorization || field.name == "proxy-authorization";
}

enum class Coding : uint8_t { plain, shorter };

char* write_string(char* out, std::string_view text, Coding coding) {
  if (coding == Coding::shorter) {
    const size_t size = huffman_size(text);
    if (size < text.size()) return huffman_encode(text, write_integer(out, 0x80, 7, static_cast<uint32_t>(size)));
  }
  out = write_integer(out, 0, 7, static_cast<uint32_t>(text.size()));
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

void Encoder::limit_table(uint32_t size_max) {
  size_max = std::min(size_max, kTableSizeMax);
  if (size_max == table_.size_max()) return;
  size_smallest_ = std::min(size_smallest_, size_max);
  table_.resize(size_max);
  has_size_update_ = true;
}

// The smallest size of several changes has to be told, too, since the peer has evicted down to it (RFC 7541 4.2).
void Encoder::begin(ByteBuffer& out) {
  if (!has_size_update_) return;
  has_size_update_ = false;
  char* const begin = out.reserve(2 * kIntegerBytesMax).data();
  char* end = begin;
  if (size_smallest_ < table_.size_max()) end = write_integer(end, 0x20, 5, size_smallest_);
  end = write_integer(end, 0x20, 5, table_.size_max());
  out.commit(static_cast<size_t>(end - begin));
  size_smallest_ = table_.size_max();
}

Encoder::Name Encoder::name_of_pseudo(Pseudo which) {
  const uint8_t key = key_of(which);
  return {kPseudoNames[static_cast<size_t>(which)], key, kStaticIndexes[key], {HeaderId::other, which, Flaw::none}};
}

Encoder::Name Encoder::name_of_field(const Field& field) {
  const FieldKind kind{field.id, Pseudo::none, Flaw::none};
  if (field.id != HeaderId::other) {
    const auto key = static_cast<uint8_t>(field.id);
    return {field.name, key, kStaticIndexes[key], kind};
  }
  const uint8_t key = key_of_other(field.name);
  const uint8_t index = kStaticIndexes[key];
  const bool is_same = index != 0 && kStaticTable[index - 1].name == field.name;
  return {field.name, key, is_same ? index : uint8_t{0}, kind};
}

void Encoder::add(ByteBuffer& out, Pseudo which, std::string_view value) {
  add(out, name_of_pseudo(which), value, Indexing::allowed);
}

void Encoder::add(ByteBuffer& out, const Field& field) {
  add(out, name_of_field(field), field.value, is_secret(field) ? Indexing::never : Indexing::allowed);
}

void Encoder::add(ByteBuffer& out, const Name& name, std::string_view value, Indexing indexing) {
  char* const begin = out.reserve(name.text.size() + value.size() + 3 * kIntegerBytesMax).data();
  char* end = begin;
  const uint32_t hash = hash_of(name.key, value);
  const uint32_t found = indexing == Indexing::never ? 0 : find(name, value, hash);
  if (found != 0) {
    end = write_integer(end, 0x80, 7, found);
  } else {
    const bool enters = indexing == Indexing::allowed && is_met_again(hash) &&
                        name.text.size() + value.size() + DynamicTable::kEntryOverhead <= table_.size_max() * 3 / 4;
    const Coding coding = enters ? Coding::shorter : Coding::plain;
    const uint32_t name_index = find_name(name);
    if (enters) {
      end = write_integer(end, 0x40, 6, name_index);
    } else {
      end = write_integer(end, indexing == Indexing::never ? 0x10 : 0x00, 4, name_index);
    }
    if (name_index == 0) end = write_string(end, name.text, coding);
    end = write_string(end, value, coding);
    if (enters) insert(name, value, hash);
  }
  out.commit(static_cast<size_t>(end - begin));
}

// The index of the whole field; 0: there is none. Static entries of one name follow one another.
uint32_t Encoder::find(const Name& name, std::string_view value, uint32_t hash) const {
  for (uint32_t index = name.static_index; index != 0 && index <= kStaticEntries; ++index) {
    const StaticEntry& entry = kStaticTable[index - 1];
    if (entry.value.empty() || key_of(entry) != name.key) break;
    if (entry.value == value) return index;
  }
  const uint32_t number = fields_[hash % kSlots];
  if (!is_live(number)) return 0;
  const DynamicTable::Entry entry = table_[number];
  if (entry.value != value) return 0;
  const bool is_same_name = name.kind.id != HeaderId::other ? entry.kind.id == name.kind.id : entry.name == name.text;
  return is_same_name ? index_of(number) : 0;
}

uint32_t Encoder::find_name(const Name& name) const {
  if (name.static_index != 0) return name.static_index;
  const uint32_t number = names_[name.key];
  return is_live(number) && table_[number].name == name.text ? index_of(number) : 0;
}

bool Encoder::is_met_again(uint32_t hash) {
  uint16_t& met = met_[hash % kSlots];
  const auto mark = static_cast<uint16_t>(hash >> 16);
  if (met == mark) return true;
  met = mark;
  return false;
}

void Encoder::insert(const Name& name, std::string_view value, uint32_t hash) {
  const auto number = static_cast<uint32_t>(table_.inserted());
  table_.insert(name.text, value, name.kind);
  fields_[hash % kSlots] = names_[name.key] = number;
}

uint32_t Encoder::index_of(uint32_t number) const {
  return kStaticEntries + static_cast<uint32_t>(table_.inserted()) - number;
}

}  // namespace weft::http::h2::hpack
