// Prepares the Envoy API for protoc: strip_protos API.desc protos.txt OUT
// API.desc is protoc's descriptor set with imports. Writes to OUT: stripped.desc (the same files without annotations),
// files.txt (what protoc is to generate) and unit_N.cc (the unity files that compile it). Runs during the build only.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.pb.h>

namespace {

namespace pb = google::protobuf;

// A part of protos.txt: the files that one kind of user needs, and into how many unity files they go.
struct Section {
  size_t units = 0;
  std::vector<std::string> roots;
};

[[noreturn]] void stop(const std::string& why) {
  std::cerr << "strip_protos: " << why << '\n';
  std::exit(1);
}

std::vector<Section> read_sections(const char* path) {
  std::vector<Section> sections;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      sections.push_back({std::stoul(line.substr(line.find(' '))), {}});
    } else if (sections.empty()) {
      stop("a file before the first [section]: " + line);
    } else {
      sections.back().roots.push_back(line);
    }
  }
  return sections;
}

// Files that only carry constraints and notes for other generators; no message of the API has a field of their types.
bool is_annotation(std::string_view file) {
  for (std::string_view folder : {"validate/", "udpa/annotations/", "xds/annotations/", "envoy/annotations/",
                                  "google/api/annotations.proto", "google/api/http.proto"})
    if (file.starts_with(folder)) return true;
  return false;
}

// Annotations are extensions of the *Options messages; this program does not know them, so they are unknown fields.
void clear_annotations(pb::Message& message) {
  const pb::Reflection& reflection = *message.GetReflection();
  if (message.GetDescriptor()->name().ends_with("Options")) reflection.MutableUnknownFields(&message)->Clear();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      clear_annotations(*reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i)
      clear_annotations(*reflection.MutableRepeatedMessage(&message, field, i));
  }
}

// protoc 3.21 does not know the keywords of C++20. The JSON name stays the old one.
void rename_keywords(pb::DescriptorProto& message) {
  static const std::set<std::string> keywords = {"requires", "concept", "co_await",  "co_return",
                                                 "co_yield", "char8_t", "consteval", "constinit"};
  for (pb::FieldDescriptorProto& field : *message.mutable_field())
    if (keywords.contains(field.name())) {
      field.set_json_name(field.name());
      field.set_name(field.name() + "_");
    }
  for (pb::DescriptorProto& nested : *message.mutable_nested_type()) rename_keywords(nested);
}

void strip(pb::FileDescriptorProto& file) {
  std::vector<std::string> imports;
  for (const std::string& import : file.dependency())
    if (!is_annotation(import)) imports.push_back(import);
  file.mutable_dependency()->Assign(imports.begin(), imports.end());
  file.clear_public_dependency();
  file.clear_weak_dependency();
  clear_annotations(file);
  for (pb::DescriptorProto& message : *file.mutable_message_type()) rename_keywords(message);
  if (!file.name().starts_with("google/protobuf/"))
    file.mutable_options()->set_optimize_for(pb::FileOptions::CODE_SIZE);
}

// Divides the files among the sections and writes them out, imports before their users.
class Units {
 public:
  Units(const pb::FileDescriptorSet& set, std::string out) : out_(std::move(out)), list_(out_ + "/files.txt") {
    for (const pb::FileDescriptorProto& file : set.file()) files_[file.name()] = &file;
  }

  void write(const Section& section) {
    std::vector<const pb::FileDescriptorProto*> members;
    for (const std::string& root : section.roots) collect(root, members);
    size_t total = 0;
    for (const auto* file : members) total += file->ByteSizeLong();
    size_t written = 0;
    auto next = members.begin();
    for (size_t unit = 1; unit <= section.units; ++unit) {
      std::ofstream unity(out_ + "/unit_" + std::to_string(++units_) + ".cc");
      for (; next != members.end() && written < total * unit / section.units; ++next) {
        written += (*next)->ByteSizeLong();
        include(unity, (*next)->name());
      }
    }
  }

 private:
  void collect(const std::string& name, std::vector<const pb::FileDescriptorProto*>& members) {
    if (name.starts_with("google/protobuf/") || !seen_.insert(name).second) return;  // libprotobuf has those
    auto found = files_.find(name);
    if (found == files_.end()) stop("not among the files that protoc read: " + name);
    for (const std::string& import : found->second->dependency()) collect(import, members);
    members.push_back(found->second);
  }

  // Two names are static in every generated file; each gets its own within a unity file.
  void include(std::ofstream& unity, const std::string& name) {
    const std::string number = std::to_string(++included_);
    unity << "#define schemas schemas_" << number << "\n#define file_default_instances file_default_instances_"
          << number << "\n#include \"" << name.substr(0, name.rfind('.')) << ".pb.cc\"\n#undef schemas\n"
          << "#undef file_default_instances\n";
    list_ << name << '\n';
  }

  std::string out_;
  std::ofstream list_;
  std::map<std::string, const pb::FileDescriptorProto*> files_;
  std::set<std::string> seen_;
  size_t units_ = 0;
  size_t included_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) stop("usage: strip_protos API.desc protos.txt OUT");
  pb::FileDescriptorSet api;
  std::ifstream in(argv[1], std::ios::binary);
  if (!api.ParseFromIstream(&in)) stop(std::string("not a descriptor set: ") + argv[1]);

  pb::FileDescriptorSet stripped;
  for (pb::FileDescriptorProto& file : *api.mutable_file()) {
    if (is_annotation(file.name())) continue;
    strip(file);
    stripped.add_file()->Swap(&file);
  }
  const std::string out = argv[3];
  std::ofstream(out + "/stripped.desc", std::ios::binary) << stripped.SerializeAsString();

  Units units(stripped, out);
  for (const Section& section : read_sections(argv[2])) units.write(section);
}
