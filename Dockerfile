# The program alone, with git, by which it lints what is tracked: docker build -t cassmesh .
#   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/src" cassmesh lint
# Nothing is fetched but Debian's packages.
FROM debian:12-slim AS build
WORKDIR /cassmesh
COPY scripts/lib.sh scripts/
RUN . scripts/lib.sh && install_missing $program_packages git
COPY . .
RUN cmake -S . -B build/image -G Ninja -DBUILD_TESTING=OFF -DCASSMESH_STATIC=ON \
      -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' && \
    cmake --build build/image && \
    cmake --install build/image --strip --prefix /installed

FROM debian:12-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends git && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /usr/local
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["cassmesh"]
