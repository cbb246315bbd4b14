# Where everything goes, and the Debian package: cmake --build build --target package
include(GNUInstallDirs)

find_package(Python3 COMPONENTS Interpreter REQUIRED)
set(LIENTHONG_MAN ${CMAKE_BINARY_DIR}/man)
file(MAKE_DIRECTORY ${LIENTHONG_MAN})
add_custom_command(
  OUTPUT ${LIENTHONG_MAN}/lienthongd.8 ${LIENTHONG_MAN}/lienthongctl.1 ${LIENTHONG_MAN}/lienthong.yaml.5
    ${LIENTHONG_MAN}/lienthongctl.bash
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C.UTF-8 ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/deploy/package/make-man
    $<TARGET_FILE:lienthongd> $<TARGET_FILE:lienthongctl> ${CMAKE_SOURCE_DIR}/proto/lienthong/config/v1/config.proto
    ${LIENTHONG_MAN}
  COMMAND lienthongctl completion bash > ${LIENTHONG_MAN}/lienthongctl.bash
  DEPENDS lienthongd lienthongctl deploy/package/make-man proto/lienthong/config/v1/config.proto
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMENT "man pages" VERBATIM)
add_custom_target(lienthong_man ALL DEPENDS ${LIENTHONG_MAN}/lienthongd.8)

set(share ${CMAKE_INSTALL_DATADIR})
install(TARGETS lienthongd lienthongctl RUNTIME)
install(PROGRAMS certs/lienthong-pki TYPE BIN)
install(FILES deploy/lienthongd.service DESTINATION lib/systemd/system)
install(FILES deploy/package/lienthong.sysusers DESTINATION lib/sysusers.d RENAME lienthong.conf)
install(FILES ${LIENTHONG_MAN}/lienthongctl.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${LIENTHONG_MAN}/lienthong.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${LIENTHONG_MAN}/lienthongd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${LIENTHONG_MAN}/lienthongctl.bash DESTINATION ${share}/bash-completion/completions RENAME lienthongctl)
install(FILES deploy/docs/handbook.md deploy/docs/handbook.vi.md deploy/docs/alerts.md deploy/package/copyright
  DESTINATION ${share}/doc/lienthong)
install(FILES deploy/gateway.first.yaml deploy/gateway.example.yaml deploy/procedures.example.json
  adapters/district/schema.sql adapters/district/mapping.yaml
  DESTINATION ${share}/doc/lienthong/examples)
install(DIRECTORY deploy/catalogue deploy/prometheus DESTINATION ${share}/doc/lienthong/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lienthong)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "lienthong operators <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "gateway that keeps one administrative dossier the same in every agency system")
set(CPACK_PACKAGE_DESCRIPTION
  "lienthong connects a city's procedure system, specialty software of districts and the National Public\nService Portal: shared dossier codes and receipt numbers, changes in order, conflicts that are shown,\nand a console for operators.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Form 01 is printed in this font; certificates of a trial are made with openssl; useradd is of passwd.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "fonts-noto-core, tzdata, openssl, passwd")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA deploy/package/postinst deploy/package/prerm deploy/package/postrm)
list(TRANSFORM CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA PREPEND ${CMAKE_SOURCE_DIR}/)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
