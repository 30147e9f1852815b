#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

/// A container of a rendered StatefulSet, and a folder in which it is started for real.
namespace start {

using Strings = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

constexpr std::string_view pod_ip = "10.244.0.11";

bool is_root();

struct Result {
  int status = -1;
  pid_t pid = 0;
  std::string out;
  std::string err;
};

/// Runs a program with nothing but the given environment, for 20 seconds at most; as user `nobody`
/// if that is asked and possible.
Result run(const Strings& words, const Environment& environment, bool as_nobody = false);

/// The kubelet's expansion of `$(NAME)` and `$$`, written from its documentation: an unknown name
/// stays.
std::string expanded(std::string_view text, const Environment& environment);

/// What the kubelet would start.
struct Container {
  Strings command;
  Strings args;
  Environment environment;
  std::string ready;  ///< the readiness probe's script

  /// The script that starts Cassandra; empty if the image does it by itself.
  std::string script() const;
};

/// Renders a spec of `--set`s and reads Cassandra's container from the StatefulSet, as the kubelet
/// would.
Container container(const Strings& sets);

/// An image that we know how to start.
struct Image {
  std::string name;
  std::string flavour;
  std::string cassandra;  ///< which configuration it has
};

extern const Image google_samples;
extern const Image official;             ///< 4.1
extern const Image bitnami;              ///< 5.0
extern const std::vector<Image> images;  ///< these and others

/// A folder that stands for the root of a container. What has an absolute path in an image stands
/// below it: all such paths are moved there, in the image's scripts and in ours.
class Sandbox {
 public:
  explicit Sandbox(const Image& image);

  const std::filesystem::path& root() const { return folder_.path(); }
  std::filesystem::path configuration() const;
  std::filesystem::path yaml() const { return configuration() / "cassandra.yaml"; }

  /// Starts the container: its command, else the image's; its arguments, else (without a command)
  /// the image's.
  Result start(const Container& container, bool as_nobody = false) const;
  /// The lines `PID ARGUMENTS` of what was started.
  Strings started() const;

  /// Writes a file that `nobody` owns.
  void write(const std::filesystem::path& path, std::string_view text) const;

  /// What Cassandra would read: all keys of cassandra.yaml, `dc` and `JMX_PORT`.
  std::map<std::string, std::string> settings() const;

 private:
  std::string moved(std::string_view text) const;
  void add(const std::string& fixture, const std::filesystem::path& path) const;
  void make_folder(const std::filesystem::path& path) const;

  TemporaryFolder folder_;
  Image image_;
};

}  // namespace start
