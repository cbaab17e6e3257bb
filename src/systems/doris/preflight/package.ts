import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, type Problem, shown} from '../../../recipe/finding.ts';
import {CAUSES, type Cause} from '../parse/package-run.ts';

type Words = {readonly what: Text; readonly fix: Text};

const PACKAGE_ANEW = text(
  'Unpack the release again, and compare its checksum with the published one.',
  '请重新解压该版本，并与发布的校验和比对。',
);

const wordsOf = (facts: Facts, cause: Cause): Words => {
  switch (cause) {
    case 'wrong-machine': {
      const [machine, host] = [shown(facts, 'packageMachine').en, shown(facts, 'hostMachine').en];
      return {
        what: text(
          `its binary is for ${machine === '-' ? 'another machine' : machine}, this host is ${host}`,
          `其中的程序用于${machine === '-' ? '其他架构' : ` ${machine}`}，而该主机是 ${host}`,
        ),
        fix: text(`Put the package for ${host} there.`, `请放入用于 ${host} 的升级包。`),
      };
    }
    case 'truncated':
      return {what: text('its files are cut off', '其中的文件不完整'), fix: PACKAGE_ANEW};
    case 'wrong-jdk':
      return {
        what: text('its start script refuses this JDK', '其启动脚本不接受该 JDK'),
        fix: text(
          'Install the JDK it asks for and write it as JAVA_HOME in the node’s conf.',
          '请安装它要求的 JDK，并在节点配置文件中写为 JAVA_HOME。',
        ),
      };
    case 'no-java':
      return {
        what: text('its start script finds no JDK', '其启动脚本找不到 JDK'),
        fix: text(
          'Write JAVA_HOME in the node’s conf. If the home’s custom_start.sh did without (enable_hdfs=0), put that file into the package’s bin: the one in the home goes with the old bin.',
          '请在节点配置文件中写 JAVA_HOME。若安装目录的 custom_start.sh 不需要它（enable_hdfs=0），请把该文件放入升级包的 bin：安装目录中的会随旧 bin 移走。',
        ),
      };
    case 'no-java-options':
      return {
        what: text('its start script lacks options for the JVM', '其启动脚本缺少 JVM 参数'),
        fix: text(
          'Write JAVA_OPTS_FOR_JDK_17 in the node’s conf; the package’s own conf has an example.',
          '请在节点配置文件中写 JAVA_OPTS_FOR_JDK_17；升级包自带的配置文件中有示例。',
        ),
      };
    case 'library':
      return {
        what: text('a library it needs is missing', '缺少所需的库'),
        fix: text(
          '`ldd` on the binary in its lib tells which; install it, or unpack the whole release again.',
          '对其 lib 中的程序执行 `ldd` 可查看缺少哪个库；请安装该库，或重新解压完整版本。',
        ),
      };
    case 'libc':
      return {
        what: text('it needs a newer C library than this host has', '它需要比该主机更新的 C 库'),
        fix: text(
          'Use a build for this distribution, or upgrade the host first.',
          '请使用适用于该发行版的构建，或先升级主机。',
        ),
      };
    case 'instruction':
      return {
        what: text('the processor lacks instructions it uses', '处理器不支持它使用的指令'),
        fix: text(
          'Put the package for processors without AVX2 there (its name ends in x64-noavx2).',
          '请放入不使用 AVX2 的升级包（名称以 x64-noavx2 结尾）。',
        ),
      };
    case 'silent':
      return {
        what: text('it does not say its version, nor anything else', '它没有说明版本，也没有任何输出'),
        fix: text(
          'Run its start script with --version by hand, and look at its exit code.',
          '请手工用 --version 运行它的启动脚本，并查看退出码。',
        ),
      };
    case 'said':
      return {
        what: text('it does not get as far as its version', '它未能说明版本'),
        fix: text(
          'Put right what it says; run its start script with --version by hand to try.',
          '请按其提示处理；可手工用 --version 运行它的启动脚本来验证。',
        ),
      };
  }
};

/** Why a package will not do, with the words of its own script or binary. */
export const cannotRun = (facts: Facts, path: string): Problem => {
  const cause = CAUSES.find(known => known === facts.packageCause);
  if (cause === undefined) {
    const why = shown(facts, 'packageVersionUnknown');
    return block(
      text(`${path} does not say its version (${why.en})`, `${path} 没有说明自己的版本（${why.zh}）`),
      text(
        'Look again; if it stays so, run its start script with --version by hand.',
        '请重新查看；若仍如此，请手工用 --version 运行它的启动脚本。',
      ),
    );
  }
  const {what, fix} = wordsOf(facts, cause);
  const said = listOf(facts, 'packageSaid').join(' / ');
  return block(
    text(
      `${path}: ${what.en}${said === '' ? '' : `: “${said}”`}`,
      `${path}：${what.zh}${said === '' ? '' : `：“${said}”`}`,
    ),
    fix,
  );
};
