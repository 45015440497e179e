import { Table, Text } from "@mantine/core";
import type { Run } from "../../../api/types.ts";
import { numberText } from "../../../kit/numbers.ts";
import { durationText, exactText } from "../../../kit/times.ts";
import { WideTable } from "../../../kit/wide-table.tsx";
import { outcomeColours, outcomeOf, resultTitle, sentence, streamTitles } from "../words.ts";
import classes from "./pass-table.module.css";

/** A run with its passes, what each counted, and why it ended as it did. */
export function PassTable({ run }: { run: Run }) {
  const { error, requestedAt, startedAt, finishedAt, cancelRequestedAt, streams } = run;
  return (
    <div className={classes.box}>
      {error !== null && (
        <Text fz="sm" className="foreign" mb={6}>
          {sentence(error)}
        </Text>
      )}
      <Text fz={12.5} c="dimmed" mb={6}>
        Asked for {exactText(requestedAt)}
        {startedAt !== null && ` · began ${exactText(startedAt)}`}
        {finishedAt !== null && ` · ended ${exactText(finishedAt)}`}
        {cancelRequestedAt !== null && ` · asked to stop ${exactText(cancelRequestedAt)}`}
      </Text>
      {streams.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {startedAt === null ? "It waits until a worker has a hand free." : "No stream was begun."}
        </Text>
      ) : (
        <WideTable name="Passes" minWidth={760}>
          <Table className={classes.table} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Stream</Table.Th>
                <Table.Th>Result</Table.Th>
                <Table.Th className="number">Wiz counts</Table.Th>
                <Table.Th className="number">Fetched</Table.Th>
                <Table.Th className="number">New or changed</Table.Th>
                <Table.Th className="number">Unchanged</Table.Th>
                <Table.Th className="number">Not readable</Table.Th>
                <Table.Th className="number">Missing</Table.Th>
                <Table.Th className="number">Gone</Table.Th>
                <Table.Th className="number">Weir has</Table.Th>
                <Table.Th className="number">Took</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {streams.map((pass) => (
                <PassRow key={`${pass.stream} ${pass.pass} ${pass.startedAt}`} pass={pass} />
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
    </div>
  );
}

function PassRow({ pass }: { pass: Run["streams"][number] }) {
  const { stream, pass: lane, wizCount, fetched, written, unchanged, rejected, missing, gone, weirCount } = pass;
  const notes = [pass.error, pass.goneNote].filter((text) => text !== null);
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {streamTitles[stream]}{" "}
          <span className={classes.quiet}>{lane === "full" ? "everything" : "what changed"}</span>
        </Table.Td>
        <Table.Td c={outcomeColours[outcomeOf(pass)]}>{resultTitle(pass)}</Table.Td>
        {[wizCount, fetched, written, unchanged, rejected, missing, gone, weirCount].map((count, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change
          <Table.Td key={column} className="number">
            {count === null ? "–" : numberText(count)}
          </Table.Td>
        ))}
        <Table.Td className="number">
          {pass.finishedAt === null
            ? "goes on"
            : durationText(Date.parse(pass.finishedAt) - Date.parse(pass.startedAt))}
        </Table.Td>
      </Table.Tr>
      {notes.map((text) => (
        <Table.Tr key={text}>
          <Table.Td colSpan={11} className={`foreign ${classes.noteCell}`}>
            {sentence(text)}
          </Table.Td>
        </Table.Tr>
      ))}
    </>
  );
}
